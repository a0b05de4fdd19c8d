using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>The programs of the folder Torch, run by the system's Python.</summary>
internal static class TorchPrograms
{
    private static readonly Lazy<bool> HasTorch = new(() => SystemPython.Has("torch, torchvision, onnx"));

    /// <summary>What the program prints; skips the running test where PyTorch is not installed.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(HasTorch.Value, "needs Debian's python3-torchvision and python3-onnx");
        var (code, output, error) = SystemPython.Run(["-B", Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch", program), .. arguments]);
        Assert.True(code == 0, error);
        return output.TrimEnd();
    }
}
