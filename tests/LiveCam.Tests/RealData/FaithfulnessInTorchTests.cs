using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Metrics;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.RealData;

/// <summary>Faithfulness of a real network's maps on real pictures against an independent computation in PyTorch, float64.</summary>
public class FaithfulnessInTorchTests(ITestOutputHelper output)
{
    private static readonly string[] Pictures = ["chelsea_cat.jpg", "elephants_two.jpg", "red_panda.jpg"];

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
        var methods = new[] { CamMethods.Named("gradcam++"), CamMethods.Named("gradcam") };
        var inputs = new List<string>();
        var measured = new List<(MaskConvention Mask, int Picture, string Method, Dictionary<string, double> Values)>();
        foreach (var mask in Enum.GetValues<MaskConvention>())
        {
            using var evaluation = new FaithfulnessEvaluation(network, new ExecutionDevice("cpu"), network.Card.Layer, "top", methods, mask);
            foreach (var (i, picture) in Pictures.Index())
            {
                using var pool = new FramePool();
                using var source = SourceSchemes.Open(Repository.SharedData("images", picture), new SourceOptions());
                Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
                var (explanation, maps) = evaluation.Ask(frame!);
                Assert.Equal(methods.Select(method => method.Name), maps.Select(map => map.Method));
                measured.AddRange(maps.Select(map => (mask, i, map.Method, Values(map, explanation.Targets[0].Class.Index))));
                explanation.Dispose();
                if (mask == MaskConvention.Pixels)
                    inputs.Add(Keep(network, frame!, Path.Combine(folder, $"{picture}.f32")));
                frame!.Dispose();
            }
        }
        var expected = InTorch(network, folder, inputs);
        foreach (var (mask, picture, method, values) in measured)
            foreach (var (name, value) in values.Where(value => !Curves.Contains(value.Key)))
                Assert.True(Math.Abs((double)expected[Name(mask)]![method]![picture]![name]! - value) <= Tolerance,
                    $"{Pictures[picture]}, {method}, {mask}, {name}: {value}, in PyTorch {expected[Name(mask)]![method]![picture]![name]}");
        foreach (var mask in Enum.GetValues<MaskConvention>())
            foreach (var method in methods)
                foreach (var name in (string[])["drop", "increase", .. Curves])
                {
                    var (here, there) = (measured.Where(m => (m.Mask, m.Method) == (mask, method.Name)).Average(m => m.Values[name]), expected[Name(mask)]![method.Name]!.AsArray().Average(p => (double)p![name]!));
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mask}, {method.Name}: mean {name} {here:F5}, in PyTorch {there:F5}"));
                    Assert.Equal(there, here, Tolerance);
                }
    }

    private static string Name(MaskConvention mask) => mask == MaskConvention.Pixels ? "pixels" : "tensor";

    private static Dictionary<string, double> Values(MeasuredMap map, int index) => new()
    {
        ["class"] = index,
        ["full"] = map.Confidence,
        ["drop"] = map.Drop,
        ["increase"] = map.Increase,
        ["coherency"] = map.Coherency,
        ["complexity"] = map.Complexity,
        ["insertion"] = map.Insertion,
        ["deletion"] = map.Deletion,
    };

    private static string Keep(LiveCam.Explain.Network network, Frame frame, string path)
    {
        var input = new float[network.InputShape.Aggregate(1L, (product, side) => product * side)];
        new Preprocessor(network.Card).Fill(frame, input);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(input));
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
