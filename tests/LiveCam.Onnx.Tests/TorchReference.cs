using System.Text.Json;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>A layer of a reference.</summary>
/// <param name="Name">Of the value in the .onnx file.</param>
/// <param name="Activations">[1,...].</param>
/// <param name="Gradients">[N,...], a row for each class, by torch.autograd in float64.</param>
/// <param name="Rounding">How far torch.autograd in float32 is from that: the largest difference over the largest gradient.</param>
internal sealed record TorchLayer(string Name, NpyArray? Activations, NpyArray Gradients, double Rounding);

/// <summary>A network as an .onnx file and what PyTorch says of it, as Torch/reference.py and Torch/onnx_reference.py write them.</summary>
/// <param name="Failure">Why PyTorch could not export it; null when it could.</param>
internal sealed record TorchReference(string Name, int Opset, string? Failure, byte[] Onnx, IReadOnlyList<string> LayerNames,
    IReadOnlyDictionary<string, NpyArray> Arrays)
{
    public NpyArray Picture => Arrays["input"];

    public int Size => Picture.Shape[^1];

    /// <summary>The top class, and fixed ones.</summary>
    public double[] Classes => Arrays["classes"].Values;

    public double[] Logits => Arrays["logits"].Values;

    public IEnumerable<TorchLayer> Layers => LayerNames.Select((name, i) => At(name, $"{i}"));

    public TorchLayer Pixels => At("pixels", "pixels");

    /// <summary>[N,3,H,W] under the relus of that rule.</summary>
    public NpyArray PixelGradients(string relu) => relu == "gradient" ? Pixels.Gradients : Arrays[$"{relu}.pixels"];

    /// <summary>One for each opset that the folder holds of the network.</summary>
    public static IEnumerable<TorchReference> ReadAll(string folder, string name)
    {
        var arrays = NpyArray.ReadZip(Path.Combine(folder, $"{name}.npz"));
        var files = Directory.GetFiles(folder, $"{name}_*.json").Where(p => int.TryParse(OpsetOf(p), out _));
        foreach (var path in files.OrderBy(p => int.Parse(OpsetOf(p))))
        {
            using var about = JsonDocument.Parse(File.ReadAllText(path));
            var failure = about.RootElement.TryGetProperty("failure", out var message) ? message.GetString() : null;
            string[] layers = failure is not null ? [] : [.. about.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetString()!)];
            var onnx = failure is not null ? [] : File.ReadAllBytes(Path.ChangeExtension(path, ".onnx"));
            yield return new(name, int.Parse(OpsetOf(path)), failure, onnx, layers, arrays);
        }

        string OpsetOf(string path) => Path.GetFileNameWithoutExtension(path)[(name.Length + 1)..];
    }

    private TorchLayer At(string name, string key) =>
        new(name, Arrays.GetValueOrDefault($"activations.{key}"), Arrays[$"gradients.{key}"], Arrays[$"float32.{key}"].Values[0]);
}
