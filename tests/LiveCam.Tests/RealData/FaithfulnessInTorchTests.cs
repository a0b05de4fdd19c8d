using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.RealData;

/// <summary>Faithfulness of a real network's maps on real pictures against an independent computation in PyTorch, float64.</summary>
public class FaithfulnessInTorchTests(ITestOutputHelper output)
{
    private static readonly string[] Pictures = ["chelsea_cat.jpg", "elephants_two.jpg", "coffee.jpg", "red_panda.jpg"];

    /// <summary>Compared by their means: float32 and float64 order pixels of all but the same heat differently, which moves the curve of a single picture.</summary>
    private static readonly string[] Curves = ["insertion", "deletion"];

    /// <summary>A tenth of a point.</summary>
    private const double Tolerance = 0.001;

    [Fact]
    public void Every_measure_of_squeezenet_equals_pytorchs()
    {
        var folder = RealNetworks.Folder("squeezenet1.1_zoo");
        Assert.SkipUnless(SystemPython.Has("torch, onnx"), "needs Debian's python3-torch and python3-onnx");
        var network = LiveCam.Explain.Network.Open(folder);
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", network.Card.Layer, "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        var inputs = new List<string>();
        var measured = new List<(MaskConvention Mask, int Picture, Dictionary<string, double> Values)>();
        foreach (var (i, picture) in Pictures.Index())
        {
            using var pool = new FramePool();
            using var source = SourceSchemes.Open(Repository.SharedData("images", picture), new SourceOptions());
            Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
            foreach (var mask in Enum.GetValues<MaskConvention>())
            {
                using var explanation = explainer.Explain(frame!);
                if (mask == MaskConvention.Pixels)
                    inputs.Add(Keep(explainer.Classifier.Input, Path.Combine(folder, $"{picture}.f32")));
                measured.Add((mask, i, Measure(explainer, explanation, new Removal(network.Card, mask))));
            }
            frame!.Dispose();
        }
        var expected = InTorch(network, folder, inputs);
        foreach (var (mask, picture, values) in measured)
            foreach (var (name, value) in values.Where(value => !Curves.Contains(value.Key)))
                Assert.True(Math.Abs((double)expected[Name(mask)]![picture]![name]! - value) <= Tolerance,
                    $"{Pictures[picture]}, {mask}, {name}: {value}, in PyTorch {expected[Name(mask)]![picture]![name]}");
        foreach (var mask in Enum.GetValues<MaskConvention>())
            foreach (var name in (string[])["drop", "increase", .. Curves])
            {
                var (here, there) = (measured.Where(m => m.Mask == mask).Average(m => m.Values[name]), expected[Name(mask)]!.AsArray().Average(p => (double)p![name]!));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mask}: mean {name} {here:F5}, in PyTorch {there:F5}"));
                Assert.Equal(there, here, Tolerance);
            }
    }

    private static string Name(MaskConvention mask) => mask == MaskConvention.Pixels ? "pixels" : "tensor";

    private static Dictionary<string, double> Measure(Explainer explainer, Explanation explanation, Removal removal)
    {
        var (held, curves) = (new HeldPicture(explainer), new RemovalCurves());
        Assert.True(held.Take(explanation));
        var (confidence, coherency) = held.AskExplanationMap(removal);
        for (curves.Begin(held); !curves.IsComplete;)
            curves.Ask(held, removal);
        return new()
        {
            ["class"] = held.Class,
            ["full"] = held.Confidence,
            ["drop"] = Faithfulness.Drop(held.Confidence, confidence),
            ["increase"] = Faithfulness.Increase(held.Confidence, confidence),
            ["coherency"] = coherency,
            ["complexity"] = held.Complexity,
            ["insertion"] = curves.Insertion,
            ["deletion"] = curves.Deletion,
        };
    }

    private static string Keep(ReadOnlySpan<float> input, string path)
    {
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(input));
        return path;
    }

    private static JsonNode InTorch(LiveCam.Explain.Network network, string folder, List<string> inputs)
    {
        string Numbers(float[] values) => string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        var (code, answer, error) = SystemPython.Run(["-B", Repository.PathOf("tests", "LiveCam.Tests", "RealData", "faithfulness_in_torch.py"),
            Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch"), Path.Combine(folder, "model.onnx"), network.Card.Layer,
            Numbers(network.Card.Std), Numbers(network.Card.Mean), .. inputs]);
        Assert.True(code == 0, error);
        return JsonNode.Parse(answer)!;
    }
}
