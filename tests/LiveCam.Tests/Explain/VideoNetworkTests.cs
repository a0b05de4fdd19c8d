using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>A network of several frames, <c>models/motion</c>, on patterns that travel.</summary>
public sealed class VideoNetworkTests
{
    private static readonly string[] Ways = ["left", "right", "up", "down", "still"];
    private static readonly string[] Things = ["dog", "banana", "car", "key"];

    /// <summary>Grad-CAM++, eq. 19 with sums over time and space, in float64 by autograd.</summary>
    private const string Torch = """
        import sys, numpy as np, onnx, torch
        from onnx import numpy_helper
        from torch.nn import functional as F
        model, video, target, out = sys.argv[1:5]
        w = {t.name: torch.tensor(numpy_helper.to_array(t).astype(np.float64)) for t in onnx.load(model).graph.initializer}
        x = torch.tensor(np.load(video).astype(np.float64))
        moving = F.relu(F.conv3d(x, w["waves"], w["waves.bias"], stride=(1, 2, 2), padding=(0, 3, 3)))
        a = F.relu(F.conv3d(moving, w["opponents"], w["opponents.bias"])).detach().requires_grad_()
        logits = a.mean((2, 3, 4)) @ w["head"].T + w["head.bias"]
        g, = torch.autograd.grad(logits[0, int(target)], a)
        total = a.sum((2, 3, 4), keepdim=True)
        alpha = torch.where(g != 0, g ** 2 / (2 * g ** 2 + total * g ** 3), torch.zeros_like(g))
        weights = (alpha * F.relu(g)).sum((2, 3, 4), keepdim=True)
        np.save(out, F.relu((weights * a).sum(1))[0].detach().numpy().astype(np.float32))
        """;

    [Fact]
    public void The_way_a_thing_moves_is_the_top_class_and_the_heat_lies_on_it()
    {
        using var run = new Run();
        var (windows, right, inside, share, maps) = (0, 0, 0.0, 0.0, 0);
        foreach (var (way, index) in Ways.Select((way, i) => (way, i)))
            for (var seed = 0; seed < 4; seed++)
            {
                using var source = PatternSource.Open($"pattern:{Things[seed]}?motion={way}&seed={700 + 10 * index + seed}&frames=60&size=320x240", new SourceOptions());
                run.Each(source, 20, (explanation, frame) =>
                {
                    var mask = source.Masks(frame.Sequence)[0];
                    // While it leaves on one side and comes back on the other there is nothing to see.
                    if (mask.Area < 0.03 * mask.Pixels.Length || source.Masks(frame.Sequence - 14)[0].Area < 0.03 * mask.Pixels.Length)
                        return;
                    windows++;
                    right += explanation.Top[0].Label == way ? 1 : 0;
                    if (way == "still")
                        return;
                    maps++;
                    inside += Inside(explanation, mask);
                    share += (double)mask.Area / mask.Pixels.Length;
                });
            }
        // Measured: 33 of 33 windows right, 0.564 of the heat inside masks of 0.068 of the picture.
        Assert.True(windows >= 30 && right >= 0.9 * windows && inside > 2.5 * share, $"{right} of {windows} windows right, {inside / maps:F3} of the heat inside, {share / maps:F3} of the picture");
    }

    [Fact]
    public void Maps_in_time_are_those_of_PyTorch()
    {
        if (!SystemPython.Has("torch, onnx"))
            Assert.Skip("there is no Python with torch and onnx");
        var folder = Directory.CreateTempSubdirectory("livecam-video").FullName;
        using var run = new Run();
        using var source = PatternSource.Open("pattern:cat?motion=up&seed=5&frames=31&size=320x240", new SourceOptions());
        run.Each(source, 30, (explanation, _) =>
        {
            var (video, map) = (Path.Combine(folder, "video.npy"), Path.Combine(folder, "map.npy"));
            using (var stream = File.Create(video))
                NpyFile.Write(stream, run.Explainer.Classifier.Input.ToArray(), [1, 3, 8, 48, 64]);
            File.WriteAllText(Path.Combine(folder, "cam.py"), Torch);
            var python = SystemPython.Run(Path.Combine(folder, "cam.py"), Repository.PathOf("models", "motion", "model.onnx"), video, $"{explanation.Top[0].Index}", map);
            Assert.True(python.Code == 0, python.Error);
            var (expected, maps) = (NpyArray.Read(map), explanation.MapInTime(0).ToArray());
            Assert.Equal([6, 24, 32], expected.Shape);
            Assert.Equal((6, 24, 32), (explanation.MapTimes, explanation.MapHeight, explanation.MapWidth));
            var scale = expected.Values.Max();
            Assert.True(scale > 0);
            for (var i = 0; i < maps.Length; i++)
                Assert.Equal(expected.Values[i] / scale, maps[i] / scale, 1e-3);
            Assert.Equal(maps[^(24 * 32)..], explanation.Map(0).ToArray());
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_window_holds_the_frames_with_their_spacing_and_the_first_one_until_it_is_full()
    {
        var window = new FrameWindow(new ModelCard { Size = [2, 2], Frames = 3, Spacing = 2, Scale = 1 });
        Assert.Equal((1, 5), (FrameWindow.SpanOf(new ModelCard()), FrameWindow.SpanOf(new ModelCard { Frames = 3, Spacing = 2 })));
        using var pool = new FramePool();
        Assert.Equal([0, 0, 0], Seen(0));
        Assert.Equal([0, 0, 1], Seen(1));
        Assert.Equal([0, 0, 2], Seen(2));
        Assert.Equal([0, 1, 3], Seen(3));
        Assert.Equal([0, 2, 4], Seen(4));
        Assert.Equal([0, 2, 4], Seen(4));
        Assert.Equal([1, 3, 5], Seen(5));
        // Frame 6 was dropped.
        Assert.Equal([3, 5, 7], Seen(7));
        // A file that starts again.
        Assert.Equal([1, 1, 1], Seen(1));
        using var frame = pool.Rent(40, 30);
        var input = new float[36];
        Assert.Equal(0, Allocations.OfTenCalls(() =>
        {
            frame.Sequence++;
            window.Fill(frame, input);
        }));

        float[] Seen(int sequence)
        {
            using var picture = pool.Rent(4, 4);
            picture.Pixels.Fill((byte)sequence);
            picture.Sequence = sequence;
            var values = new float[36];
            window.Fill(picture, values);
            // [3,T,2,2]: all colours and pixels of a frame are alike.
            for (var i = 0; i < 36; i++)
                Assert.Equal(values[i / 4 % 3 * 4], values[i], 1e-4f);
            return [MathF.Round(values[0]), MathF.Round(values[4]), MathF.Round(values[8])];
        }
    }

    [Fact]
    public void A_warm_frame_allocates_nothing()
    {
        using var run = new Run();
        using var pool = new FramePool();
        using var frame = pool.Rent(320, 240);
        frame.Pixels.Clear();
        Assert.Equal(0, Allocations.OfTenCalls(() =>
        {
            frame.Sequence++;
            run.Explainer.Explain(frame).Dispose();
        }));
    }

    [Fact]
    public void What_is_done_with_single_pictures_is_refused_by_name()
    {
        var network = Network.Open(Repository.PathOf("models", "motion"));
        var error = Assert.Throws<LiveCamException>(() => network.At("features", LiveCam.Onnx.ReluRule.Gradient));
        Assert.Contains("8 frames at once", error.Message, StringComparison.Ordinal);
        Assert.Throws<LiveCamException>(() => network.UnitsOf("features"));
        Assert.Throws<LiveCamException>(() => network.Randomised(1, 1));
    }

    /// <summary>Share of the newest map's heat on cells whose middle lies inside the mask.</summary>
    private static double Inside(Explanation explanation, PatternMask mask)
    {
        var map = explanation.Map(0);
        var (inside, all) = (0.0, 0.0);
        for (var i = 0; i < map.Length; i++)
        {
            var (row, column) = Math.DivRem(i, explanation.MapWidth);
            var (y, x) = ((row * 2 + 1) * mask.Height / (2 * explanation.MapHeight), (column * 2 + 1) * mask.Width / (2 * explanation.MapWidth));
            all += map[i];
            inside += mask.Pixels[y * mask.Width + x] != 0 ? map[i] : 0;
        }
        return all > 0 ? inside / all : 0;
    }

    private sealed class Run : IDisposable
    {
        public Run()
        {
            var network = Network.Open(Repository.PathOf("models", "motion"));
            Explainer = new Explainer(network, new ExecutionDevice("cpu"), new ExplainParameters(new ParameterSet(), network, "gradcam++", network.Card.Layer, "top"), new ExplanationPool());
        }

        public Explainer Explainer { get; }

        /// <summary>Looks at every frame, and explains every so manieth.</summary>
        public void Each(FrameSource source, int every, Action<Explanation, Frame> look)
        {
            using var pool = new FramePool();
            while (source.Read(pool, out var frame) == ReadResult.Frame)
                using (frame)
                {
                    if (frame!.Sequence == 0 || frame.Sequence % every != 0)
                    {
                        Explainer.LookAt(frame);
                        continue;
                    }
                    using var explanation = Explainer.Explain(frame);
                    look(explanation, frame);
                }
        }

        public void Dispose() => Explainer.Dispose();
    }
}
