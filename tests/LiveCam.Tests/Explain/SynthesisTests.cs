using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Synthesis;
using LiveCam.Onnx;
using LiveCam.Testing;
using Network = LiveCam.Explain.Network;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>Synthesised inputs: closed forms on networks that can be worked out on paper, and what must hold on the repository's.</summary>
public class SynthesisTests
{
    private static readonly AscentSettings Short = new() { Steps = 40 };

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Ascent_of_a_linear_network_with_decay_is_a_geometric_sum(int jitter)
    {
        const double rate = 2, decay = 0.1;
        const int steps = 12, @class = 1;
        using var scene = new LinearScene();
        using var classifier = scene.Network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var ascent = new InputAscent(classifier, scene.Network.Card, @class, new AscentSettings { Steps = steps, Rate = rate, Decay = decay, Blur = 0, Jitter = jitter, Noise = 5 });
        var start = ascent.Picture.ToArray();
        while (!ascent.IsComplete)
            ascent.Step();
        // The gradient is W / Z whatever the picture, so each step is rate W / rms(W): x <- (1 - d)(x + s) comes to (1 - d)^T x + s sum_1^T (1 - d)^t.
        var weights = LinearScene.Weights[@class];
        var size = Math.Sqrt(weights.Average(w => w * w));
        var left = Math.Pow(1 - decay, steps);
        for (var i = 0; i < start.Length; i++)
            Assert.Equal(left * start[i] + rate * weights[i / 16] / size * (1 - decay) * (1 - left) / decay, ascent.Picture[i], 1e-4);
        // And its score is W times the mean of the pixels: the neutral colour is the mean 0.4, 0.5, 0.3.
        ascent.Measure();
        double[] neutral = [0.4, 0.5, 0.3];
        var logit = Enumerable.Range(0, 3).Sum(k => weights[k] * (neutral[k] + ascent.Picture.Slice(16 * k, 16).ToArray().Average() / 255));
        Assert.Equal(logit, ascent.Logit, 1e-4);
    }

    [Fact]
    public void Colours_stop_at_black_and_white()
    {
        using var scene = new LinearScene();
        using var classifier = scene.Network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var ascent = new InputAscent(classifier, scene.Network.Card, 0, new AscentSettings { Steps = 40, Rate = 20, Decay = 0, Blur = 0 });
        while (!ascent.IsComplete)
            ascent.Step();
        var bgr = new byte[3 * 16];
        ascent.Draw(bgr);
        // W = 9, -4, 2: as much red and blue as there is, no green; the gradient ends where the relu does, so green stops within a step of it.
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal((255, 255), (bgr[3 * i], bgr[3 * i + 2])));
        Assert.All(Enumerable.Range(0, 16), i => Assert.InRange(bgr[3 * i + 1], 0, 20));
    }

    [Fact]
    public void Jitter_is_undone_exactly()
    {
        // Where each pixel counts by itself, it does not matter where it is: the same picture, bit for bit, though the network saw others.
        var network = Pointwise();
        var (still, stillSaw) = Ascended(0);
        var (shaken, shakenSaw) = Ascended(3);
        Assert.Equal(still, shaken);
        Assert.NotEqual(stillSaw, shakenSaw);
        Assert.Equal(stillSaw.Order(), shakenSaw.Order());

        (float[] Picture, float[] Seen) Ascended(int jitter)
        {
            using var classifier = network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
            var ascent = new InputAscent(classifier, network.Card, 1, new AscentSettings { Steps = 7, Jitter = jitter, Noise = 40, ClipNorm = 0.1, ClipContribution = 0.1 });
            while (!ascent.IsComplete)
                ascent.Step();
            return (ascent.Picture.ToArray(), classifier.Input.ToArray());
        }
    }

    [Theory]
    [InlineData(0.25, 0)]
    [InlineData(0, 0.25)]
    public void Clipping_takes_the_least_pixels_back_to_the_neutral_colour(double norm, double contribution)
    {
        var network = Pointwise();
        using var classifier = network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var settings = new AscentSettings { Steps = 1, Jitter = 0, Noise = 40, Decay = 0, Blur = 0 };
        var plain = new InputAscent(classifier, network.Card, 1, settings);
        plain.Step();
        var gradient = classifier.PixelGradientsOf(0).ToArray();
        var clipped = new InputAscent(classifier, network.Card, 1, settings with { ClipNorm = norm, ClipContribution = contribution });
        clipped.Step();
        var (before, after) = (plain.Picture.ToArray(), clipped.Picture.ToArray());
        double Rank(int i) => Enumerable.Range(0, 3).Sum(c => before[64 * c + i] * (norm > 0 ? before[64 * c + i] : gradient[64 * c + i]));
        var least = Enumerable.Range(0, 64).OrderBy(i => Math.Abs(Rank(i))).Take(16).ToHashSet();
        for (var i = 0; i < 64; i++)
            for (var c = 0; c < 3; c++)
                Assert.Equal(least.Contains(i) ? 0 : before[64 * c + i], after[64 * c + i], 1e-4f);
    }

    [Fact]
    public void The_blur_of_a_point_is_the_bell()
    {
        var plane = new float[15 * 11];
        plane[5 * 15 + 7] = 1;
        new GaussianBlur(15, 11, 1).Apply(plane);
        var sum = Enumerable.Range(-3, 7).Sum(i => Math.Exp(-i * i / 2.0));
        for (var y = 0; y < 11; y++)
            for (var x = 0; x < 15; x++)
            {
                var inside = Math.Abs(x - 7) <= 3 && Math.Abs(y - 5) <= 3;
                Assert.Equal(inside ? Math.Exp(-((x - 7) * (x - 7) + (y - 5) * (y - 5)) / 2.0) / (sum * sum) : 0, plane[y * 15 + x], 1e-6);
            }
    }

    [Fact]
    public void The_logit_rises_and_the_same_seed_gives_the_same_picture()
    {
        var network = Emoji();
        using var classifier = network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var dog = ClassExpression.Parse("dog", network.Labels, network.Classes)[0].Index;
        var first = new InputAscent(classifier, network.Card, dog, Short);
        first.Measure();
        var atStart = first.Logit;
        while (!first.IsComplete)
            first.Step();
        first.Measure();
        // Measured: the noise has -2.2, and 40 steps come to 16.1.
        Assert.InRange(atStart, -5, 0);
        Assert.InRange(first.Logit, 10, 25);
        Assert.Equal(dog, classifier.Logits.ToArray().Index().MaxBy(logit => logit.Item).Index);
        var again = new InputAscent(classifier, network.Card, dog, Short);
        var other = new InputAscent(classifier, network.Card, dog, Short with { Seed = 2 });
        while (!again.IsComplete)
        {
            again.Step();
            other.Step();
        }
        Assert.Equal(first.Picture.ToArray(), again.Picture.ToArray());
        Assert.NotEqual(first.Picture.ToArray(), other.Picture.ToArray());
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var network = Emoji();
        using var classifier = network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var ascent = new InputAscent(classifier, network.Card, 3, new AscentSettings { ClipNorm = 0.1, ClipContribution = 0.1 });
        Assert.Equal(0, Allocations.OfTenCalls(ascent.Step));
    }

    [Fact]
    public void A_units_picture_makes_the_unit_fire_as_much_as_is_said()
    {
        var network = Emoji();
        using var synthesiser = new Synthesiser(network, new ExecutionDevice("cpu"), new FinishedPictures(Repository.NewFolder()));
        var picture = synthesiser.Make(new SynthesisRequest(SynthesisTarget.OfUnit("features", 3), Short, null), _ => true)!;
        using var pool = new FramePool();
        using var frame = pool.Rent(picture.Width, picture.Height);
        picture.Bgr.CopyTo(frame.Pixels);
        using var classifier = network.CreateClassifier("features", new ExecutionDevice("cpu"));
        new Preprocessor(network.Card).Fill(frame, classifier.Input);
        classifier.Run();
        var size = classifier.Height * classifier.Width;
        var fires = classifier.Activations.Slice(3 * size, size).ToArray().Max();
        // Colours are rounded to 8 bits.
        Assert.Equal(fires, picture.Logit, 0.05 * fires);
        Assert.True(fires > 1, $"{fires}");
    }

    [Fact]
    public void What_was_made_is_served_again_without_a_run()
    {
        var (network, folder) = (Emoji(), Repository.NewFolder());
        var settings = Short with { Steps = 3 };
        var request = new SynthesisRequest(SynthesisTarget.OfClass(network, 5), settings, null);
        using var pool = new FramePool();
        using var synthesiser = new Synthesiser(network, new ExecutionDevice("cpu"), new FinishedPictures(folder));
        var made = Make(synthesiser, request, 3);
        Assert.Same(made, Make(synthesiser, request, 0));
        // Another class, unit, setting or start is another picture.
        Make(synthesiser, request with { Target = SynthesisTarget.OfClass(network, 6) }, 3);
        Make(synthesiser, request with { Target = SynthesisTarget.OfUnit("features", 5) }, 3);
        Make(synthesiser, request with { Settings = settings with { Seed = 9 } }, 3);
        using (var start = pool.Rent(40, 30))
        {
            start.Pixels.Fill(90);
            Make(synthesiser, request with { Start = start }, 3);
            Make(synthesiser, request with { Start = start }, 3);
        }
        // From the files, in another run of the program; a broken one is as good as none.
        using (var later = new Synthesiser(network, new ExecutionDevice("cpu"), new FinishedPictures(folder)))
        {
            var found = Make(later, request, 0);
            Assert.Equal((made.Width, made.Height, made.Logit), (found.Width, found.Height, found.Logit));
            Assert.Equal(made.Bgr, found.Bgr);
        }
        foreach (var file in Directory.GetFiles(folder))
            File.WriteAllText(file, "{");
        using var last = new Synthesiser(network, new ExecutionDevice("cpu"), new FinishedPictures(folder));
        Assert.Equal(made.Bgr, Make(last, request, 3).Bgr);
        Assert.Equal(0, pool.Outstanding);

        static FinishedPicture Make(Synthesiser synthesiser, SynthesisRequest request, long steps)
        {
            var before = synthesiser.StepsMade;
            var picture = synthesiser.Make(request, _ => true)!;
            Assert.Equal(steps, synthesiser.StepsMade - before);
            return picture;
        }
    }

    [Fact]
    public void It_starts_from_the_picture_it_is_given()
    {
        using var scene = new ExplainedScene("emoji", "gradcam", "top", "pattern:dog?size=128x128");
        using var classifier = scene.Network.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        var ascent = new InputAscent(classifier, scene.Network.Card, 0, Short);
        ascent.StartFrom(scene.Frame);
        var bgr = new byte[scene.Frame.Pixels.Length];
        ascent.Draw(bgr);
        Assert.Equal(scene.Frame.Pixels.ToArray(), bgr);
    }

    [Fact]
    public void The_worker_shows_it_emerging_takes_the_newest_request_and_gives_everything_back()
    {
        var network = Emoji();
        using var frames = new FramePool();
        var worker = new SynthesisWorker(network, new ExecutionDevice("cpu"), new FinishedPictures(Repository.NewFolder()));
        using (worker)
        {
            worker.Start();
            worker.Ask(new SynthesisRequest(SynthesisTarget.OfClass(network, 2), new AscentSettings { Steps = 10000 }, null));
            using (var emerging = Next(worker))
            {
                Assert.StartsWith($"{network.LabelOf(2)} · step ", emerging.Title, StringComparison.Ordinal);
                Assert.StartsWith("logit ", emerging.Note, StringComparison.Ordinal);
                Assert.InRange(emerging.Progress, 0, 0.5f);
                Assert.Equal((128, 128), (emerging.Picture!.Width, emerging.Picture.Height));
            }
            var start = frames.Rent(64, 64);
            start.Pixels.Fill(120);
            worker.Ask(new SynthesisRequest(SynthesisTarget.OfClass(network, 7), Short with { Steps = 4 }, start));
            using (var done = Until(worker, made => made.Progress == 1))
                Assert.Equal($"{network.LabelOf(7)} · step 4 of 4", done.Title);
            // What cannot be done is refused by name, and the next request is done.
            worker.Ask(new SynthesisRequest(SynthesisTarget.OfUnit("features", 99999), Short, null));
            using (var refused = Until(worker, made => made.Refusal.Length > 0))
                Assert.StartsWith("Cannot synthesise 'unit 99999 of features': the units are 0 to ", refused.Refusal, StringComparison.Ordinal);
            worker.Ask(new SynthesisRequest(SynthesisTarget.OfClass(network, 8), Short with { Steps = 4 }, null));
            using var next = Until(worker, made => made.Progress == 1 && made.Refusal.Length == 0);
            Assert.NotNull(next.Picture);
            worker.Ask(new SynthesisRequest(SynthesisTarget.OfClass(network, 2), new AscentSettings { Steps = 10000 }, null));
        }
        Assert.Equal((0, 0), (worker.Pool.Outstanding, frames.Outstanding));
    }

    [Fact]
    public void A_network_with_gradients_of_its_own_is_refused_by_name()
    {
        var folder = Repository.NewFolder();
        var path = Path.Combine(folder, "prepared.onnx");
        File.WriteAllBytes(path, ExplainableModel.From(Emoji().Model, new PreparationOptions { ImageSize = (128, 128) }).ToBytes());
        var network = Network.Open(path);
        using var synthesiser = new Synthesiser(network, new ExecutionDevice("cpu"), new FinishedPictures(folder));
        var error = Assert.Throws<LiveCamException>(() => synthesiser.Make(new SynthesisRequest(SynthesisTarget.OfClass(network, 0), Short, null), _ => true));
        Assert.StartsWith($"Cannot go down to the pixels of '{path}': it comes with gradients of its own", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<LiveCamException>(() => synthesiser.Make(new SynthesisRequest(SynthesisTarget.OfUnit("features", 0), Short, null), _ => true));
        Assert.StartsWith("Cannot ask the units of 'features'", error.Message, StringComparison.Ordinal);
    }

    private static Network Emoji() => Network.Open(Repository.PathOf("models", "emoji"));

    private static SynthesisedInput Next(SynthesisWorker worker) => Until(worker, _ => true);

    private static SynthesisedInput Until(SynthesisWorker worker, Func<SynthesisedInput, bool> wanted)
    {
        for (var i = 0; i < 600; i++)
        {
            if (worker.Pictures.Wait(TimeSpan.FromMilliseconds(100)) is not { } made)
                continue;
            if (wanted(made))
                return made;
            made.Dispose();
        }
        throw new TimeoutException("nothing came of it in a minute");
    }

    /// <summary>Two 1x1 convolutions with relus, their mean, and two classes: 8 x 8 pixels of which none sees another.</summary>
    private static Network Pointwise()
    {
        var folder = Repository.NewFolder();
        var net = new Tiny(13, 1, 3, 8, 8);
        var random = new Random(3);
        var features = net.Relu(net.Graph.Append("Conv", [net.Image, Constant(5, 3, 1, 1), Constant(5)]));
        var pooled = net.Op("Flatten", net.Op("GlobalAveragePool", net.Relu(net.Graph.Append("Conv", [features, Constant(4, 5, 1, 1)]))));
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.Finish(net.Graph.Append("Gemm", [pooled, Constant(2, 4)], ("transB", 1L))));
        File.WriteAllText(Path.Combine(folder, "model.json"), """{ "name": "pointwise", "size": 8 }""");
        return Network.Open(folder);

        Onnx.Model.Value Constant(params long[] sizes) => net.Graph.Constant(new Onnx.Model.Tensor(Onnx.Model.ElementType.Float, sizes,
            [.. Enumerable.Range(0, (int)sizes.Aggregate((a, b) => a * b)).Select(_ => random.NextDouble() * 2 - 0.8)]));
    }
}
