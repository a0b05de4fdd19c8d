using LiveCam.Core;
using LiveCam.Onnx.Model;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>
/// Every network that can be had against torch.autograd in float64, as the tables of docs/gradients.md; minutes long, run by asking for
/// explicit tests. Where float32 itself is further away than the bound (the column beside ours is PyTorch's), a relu or a maximum near a tie
/// has switched.
/// </summary>
public sealed class TorchReport(ITestOutputHelper output) : IDisposable
{
    private const double Bound = 1e-3;

    private readonly string _folder = Repository.NewFolder();
    private readonly List<string> _failures = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public void Families_of_torchvision()
    {
        string[] families = ["alexnet", "vgg11", "vgg11_bn", "resnet18", "resnet50", "squeezenet1_1", "densenet121", "googlenet", "inception_v3",
            "shufflenet_v2_x0_5", "mobilenet_v2", "mobilenet_v3_small", "mnasnet0_5", "efficientnet_b0", "regnet_y_400mf", "convnext_tiny",
            "vit_b_16", "swin_t"];
        Report(families, name => TorchPrograms.Run("reference.py", _folder, "--families", name, "--opsets", "11,13,16"));
    }

    [Fact(Explicit = true)]
    public void Skeletons_of_the_ONNX_zoo_with_random_weights()
    {
        Dictionary<string, string> layers = new()
        {
            ["bvlc_alexnet"] = "r13", ["densenet121"] = "r907", ["inception_v1"] = "r137", ["inception_v2"] = "r504", ["resnet50"] = "r171",
            ["shufflenet"] = "r198", ["squeezenet"] = "r60", ["vgg19"] = "r35", ["zfnet512"] = "r13",
        };
        Report(layers.Keys, name => TorchPrograms.Run("onnx_reference.py", _folder, name,
            Repository.SharedData("onnx_light", $"light_{name}.onnx"), "--layer", layers[name], "--fill"));
    }

    [Fact(Explicit = true)]
    public void Trained_networks_on_a_photograph()
    {
        string[] names = ["squeezenet1.1_zoo", "squeezenet1.1_caffe_opset7_softmax", "mobilenetv2_tf", "mobilenetv1_0.25_128"];
        Report(names, name =>
        {
            var real = RealModel.Load(name);
            var (model, picture) = (Path.Combine(_folder, "plain.onnx"), Path.Combine(_folder, "picture.f32"));
            File.WriteAllBytes(model, real.Bytes);
            File.WriteAllBytes(picture, [.. real.Input($"cat_dog_{real.Size}").SelectMany(v => BitConverter.GetBytes((float)v))]);
            TorchPrograms.Run("onnx_reference.py", _folder, name, model, "--layer", real.Layer, "--input", picture);
        });
    }

    private void Report(IEnumerable<string> names, Action<string> makeReference)
    {
        output.WriteLine("| network | opset | layer | nodes | added | error at the layer | PyTorch in float32 | at the pixels | PyTorch in float32 | explained / plain |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var name in names)
        {
            makeReference(name);
            foreach (var reference in TorchReference.ReadAll(_folder, name))
                ReportOn(reference);
            foreach (var file in Directory.GetFiles(_folder))
                File.Delete(file);
        }
        Assert.True(_failures.Count == 0, string.Join('\n', _failures));
    }

    private void ReportOn(TorchReference reference)
    {
        if (reference.Failure is not null)
            output.WriteLine($"| {reference.Name} | {reference.Opset} | PyTorch does not export it: {reference.Failure} |");
        foreach (var layer in reference.Layers)
        {
            try
            {
                output.WriteLine(Row(reference, layer));
            }
            catch (LiveCamException error)
            {
                output.WriteLine($"| {reference.Name} | {reference.Opset} | `{layer.Name}` | refused: {error.Message} |");
                _failures.Add($"{reference.Name} at opset {reference.Opset} is refused.");
            }
        }
    }

    private string Row(TorchReference reference, TorchLayer layer)
    {
        var model = DifferentiatedModel.Of(reference.Onnx, reference.Name, layer.Name, reference.Size);
        var nodes = Nodes(reference.Onnx);
        var comparison = TorchComparison.At(reference, layer);
        var (atLayer, atPixels) = (comparison.LayerGradients, DifferentiatedModel.ReachesPixels ? TorchComparison.AtPixels(reference) : double.NaN);
        if (comparison.Logits > Bound || comparison.Activations > Bound || atLayer > Bound || atPixels > Bound)
            _failures.Add($"{reference.Name} at opset {reference.Opset}, {layer.Name}: logits {comparison.Logits:e1}, activations "
                + $"{comparison.Activations:e1}, gradients {atLayer:e1}, at the pixels {atPixels:e1}");
        return $"| {reference.Name} | {reference.Opset} | `{layer.Name}` | {nodes} | {Nodes(model.Bytes) - nodes} | {atLayer:e1} | {layer.Rounding:e1} | "
            + $"{(double.IsNaN(atPixels) ? "" : $"{atPixels:e1}")} | {reference.Pixels.Rounding:e1} | {Overhead(reference, model):f3} |";
    }

    private static double Overhead(TorchReference reference, DifferentiatedModel model)
    {
        using var plain = new BoundRun(reference.Onnx, reference.Size, model.Input, null);
        using var explained = new BoundRun(model.Bytes, reference.Size, model.Input, model.Target);
        var rounds = (int)Math.Clamp(1500 / plain.Time(), 7, 100);
        var (usual, longer) = BoundRun.Medians(plain, explained, rounds);
        return longer / usual;
    }

    private static int Nodes(byte[] onnx) => ModelProto.Parser.ParseFrom(onnx).Graph.Node.Count;
}
