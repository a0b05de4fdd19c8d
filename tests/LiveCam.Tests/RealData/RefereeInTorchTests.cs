using System.Globalization;
using System.Runtime.InteropServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.RealData;

/// <summary>The referees' maps of a real network on a real picture against an independent computation in PyTorch and NumPy, float64, for the same masks.</summary>
public class RefereeInTorchTests(ITestOutputHelper output)
{
    /// <summary>Of full scale.</summary>
    private const double Tolerance = 1e-3;

    private const int Masks = 40;

    [Fact]
    public void Every_referee_of_squeezenet_equals_pytorchs()
    {
        var folder = RealNetworks.Folder("squeezenet1.1_zoo");
        Assert.SkipUnless(SystemPython.Has("torch, onnx"), "needs Debian's python3-torch and python3-onnx");
        var network = LiveCam.Explain.Network.Open(folder);
        var (device, card) = (new ExecutionDevice("cpu"), network.Card);
        using var explainer = new Explainer(network, device, new ExplainParameters(new ParameterSet(), network, "gradcam++", card.Layer, "top"), new ExplanationPool());
        using var explanation = ExplainCat(explainer);
        var top = explanation.Top[0];
        var plan = Plan(card.InputWidth, card.InputHeight, explainer.Classifier.Input, card) with { Whole = top.Probability };
        using var batches = new BatchClassifier(network, device, 8);
        Assert.Equal(8, batches.Pictures);
        var exchange = Repository.NewFolder();
        Write<float>("picture.f32", explainer.Classifier.Input);
        Write<int>("parts.i32", plan.Parts);
        var maps = new Dictionary<string, float[]>();
        foreach (var method in PerturbationMethods.All)
        {
            var picture = new RefereedPicture(explainer.Classifier.Input, method, plan, new Removal(card, MaskConvention.Tensor), new AskedScore(top.Index, null, false, false), 8);
            picture.Advance(batches, Masks);
            Assert.True(picture.IsComplete);
            maps[method.Name] = picture.Map;
            Write<float>($"{method.Name}.f32", MasksOf(method, plan));
        }
        var (code, _, error) = SystemPython.Run("-B", Repository.PathOf("tests", "LiveCam.Tests", "RealData", "referee_in_torch.py"),
            Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch"), Path.Combine(folder, "model.onnx"), Path.Combine(exchange, "picture.f32"),
            top.Index.ToString(CultureInfo.InvariantCulture), exchange);
        Assert.True(code == 0, error);
        foreach (var (name, map) in maps)
        {
            var expected = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(exchange, $"{name}.f64"))).ToArray();
            var (scale, apart) = (expected.Max(Math.Abs), expected.Zip(map, (there, here) => Math.Abs(there - here)).Max());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: full scale {scale:G4}, at most {apart / scale:G2} of it apart"));
            Assert.InRange(scale, 1e-3, 1);
            Assert.InRange(apart, 0, Tolerance * scale);
        }

        void Write<T>(string name, ReadOnlySpan<T> values)
            where T : unmanaged => File.WriteAllBytes(Path.Combine(exchange, name), MemoryMarshal.AsBytes(values));
    }

    private static Explanation ExplainCat(Explainer explainer)
    {
        using var pool = new FramePool();
        using var source = SourceSchemes.Open(Repository.SharedData("images", "chelsea_cat.jpg"), new SourceOptions());
        Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
        using (frame)
            return explainer.Explain(frame!);
    }

    private static PerturbationPlan Plan(int width, int height, ReadOnlySpan<float> input, LiveCam.Explain.Models.ModelCard card)
    {
        var (picture, parts) = (new byte[3 * width * height], new int[width * height]);
        InputPicture.Draw(card, input, picture);
        var count = new SlicSuperpixels().Split(picture, width, height, 50, parts);
        // 36 squares that cover everything, and some between them.
        return new PerturbationPlan(width, height, Masks) { Window = 44, Stride = 11, Parts = parts, PartCount = count };
    }

    private static float[] MasksOf(PerturbationMethod method, PerturbationPlan plan)
    {
        var (perturbation, masks) = (method.Begin(plan), new float[Masks * plan.Pixels]);
        for (var n = 0; n < Masks; n++)
            perturbation.Mask(n, masks.AsSpan(n * plan.Pixels, plan.Pixels));
        return masks;
    }
}
