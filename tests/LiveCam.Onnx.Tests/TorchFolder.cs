using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Small networks of torchvision at 64 x 64 and what PyTorch says of them, made once for all tests that ask.</summary>
public sealed class TorchFolder : IDisposable
{
    /// <summary>Each family's one opset, by families.</summary>
    private static readonly Dictionary<string, int> Opsets = new() { ["resnet18"] = 16, ["mobilenet_v3_small"] = 13, ["shufflenet_v2_x0_5"] = 11 };

    private readonly string _path = Repository.NewFolder();
    private readonly Lock _making = new();

    public void Dispose() => Directory.Delete(_path, recursive: true);

    internal TorchReference this[string name]
    {
        get
        {
            lock (_making)
                if (!File.Exists(Path.Combine(_path, $"{name}.npz")))
                    TorchPrograms.Run("reference.py", _path, "--families", name, "--opsets", $"{Opsets[name]}", "--size", "64");
            return TorchReference.ReadAll(_path, name).Single();
        }
    }
}
