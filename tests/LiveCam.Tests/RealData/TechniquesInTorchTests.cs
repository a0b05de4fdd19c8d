using System.Text.Json.Nodes;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;

namespace LiveCam.Tests.RealData;

/// <summary>
/// Every CAM method and pixel technique, as the program writes them, against an independent computation in PyTorch in float64. Maps agree to a thousandth of full scale and far better.
/// At the pixels a relu or a maximum near a tie may fall on the other side in float32, in PyTorch's as well: there the few numbers behind it differ.
/// </summary>
public sealed class TechniquesInTorchTests(ITestOutputHelper output) : IDisposable
{
    private const double Bound = 1e-3;
    /// <summary>The most that a relu on its other side was seen to change, and a little more.</summary>
    private const double LargestJump = 0.05;

    private const string Maps = "maps";
    private static readonly string[] Pixels = ["gradient", "guided", "deconvnet", "guidedcam", "smoothgrad", "integrated"];

    private readonly string _folder = Repository.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Techniques_of_squeezenet_equal_pytorchs() =>
        Compare(RealNetworks.Folder("squeezenet1.1_zoo"), "squeezenet1.1_zoo", ["chelsea_cat.jpg"], [Maps, "guidedcam", "deconvnet", "integrated"], samples: 2);

    /// <summary>The table of docs/gradients.md; minutes long, run by asking for explicit tests (-explicit only -showLiveOutput).</summary>
    [Theory(Explicit = true)]
    [InlineData("squeezenet1.1_zoo")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax")]
    [InlineData("mobilenetv2_tf")]
    [InlineData("mobilenetv1_0.25_128")]
    public void Trained_network(string name) => Compare(RealNetworks.Folder(name), name, ["chelsea_cat.jpg"], [Maps, .. Pixels], samples: 4);

    /// <summary>torchvision's, with random weights: pretrained ones are not to be had here.</summary>
    [Theory(Explicit = true)]
    [InlineData("resnet18")]
    [InlineData("vgg11")]
    public void Family_of_torchvision(string name)
    {
        Assert.SkipUnless(SystemPython.Has("torchvision"), "needs Debian's python3-torchvision");
        var (code, _, error) = SystemPython.Run(["-B", Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch", "reference.py"), _folder, "--families", name, "--opsets", "13"]);
        Assert.True(code == 0, error);
        Compare(Path.Combine(_folder, $"{name}_13.onnx"), name, ["chelsea_cat.jpg"], [Maps, .. Pixels], samples: 4);
    }

    private void Compare(string model, string name, string[] pictures, string[] techniques, int samples)
    {
        Assert.SkipUnless(SystemPython.Has("torch, onnx"), "needs Debian's python3-torch and python3-onnx");
        string[] bundles = [.. pictures.SelectMany(picture => techniques.Select(technique => Bundle(model, name, picture, technique, samples)))];
        var (code, answer, error) = SystemPython.Run(["-B", Repository.PathOf("tests", "LiveCam.Tests", "RealData", "techniques_in_torch.py"), Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch"), .. bundles]);
        Assert.True(code == 0, error);
        var rows = JsonNode.Parse(answer)!.AsArray().SelectMany(bundle => bundle!.AsArray()).ToLookup(row => (string)row!["technique"]!);
        Assert.True(rows.Count >= techniques.Length + 5);
        foreach (var technique in rows)
        {
            var (found, beyond) = (Largest(technique, "error"), Largest(technique, "beyond"));
            var (torch, beyondInTorch) = (Largest(technique, "float32_error"), Largest(technique, "float32_beyond"));
            output.WriteLine(FormattableString.Invariant($"| {name} | {technique.Key} | {found:0.0e-0} | {beyond:P2} | {torch:0.0e-0} | {beyondInTorch:P2} |"));
            if (Pixels.Contains(technique.Key))
                Assert.True(found <= Bound || (found <= LargestJump && beyond <= Math.Max(0.005, 3 * beyondInTorch)),
                    $"{name}, {technique.Key}: {found} off, PyTorch's float32 {torch}; beyond {Bound}: {beyond}, PyTorch's {beyondInTorch}");
            else
                Assert.InRange(found, 0, Bound);
        }
    }

    private string Bundle(string model, string name, string picture, string technique, int samples)
    {
        var folder = Path.Combine(_folder, $"{name}-{picture}-{technique}");
        string[] pixels = technique == Maps ? [] : ["--set", $"explain.pixels={technique}", "--set", $"explain.samples={samples}"];
        var made = LiveCamProgram.Run(_folder, ["explain", Repository.SharedData("images", picture), "--model", model, "--bundle", folder, .. pixels]);
        Assert.True(made.ExitCode == 0, made.Error);
        return folder;
    }

    private static double Largest(IEnumerable<JsonNode?> rows, string number) => rows.Max(row => (double)row![number]!);
}
