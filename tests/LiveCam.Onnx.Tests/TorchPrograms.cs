using System.Diagnostics;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>The programs of the folder Torch, run by the system's Python.</summary>
internal static class TorchPrograms
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> HasTorch = new(() => File.Exists(Python) && Start("-c", "import torch, torchvision, onnx").Code == 0);

    /// <summary>What the program prints; skips the running test where PyTorch is not installed.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(HasTorch.Value, "needs Debian's python3-torchvision and python3-onnx");
        var (code, output, error) = Start(["-B", Repository.PathOf("tests", "LiveCam.Onnx.Tests", "Torch", program), .. arguments]);
        Assert.True(code == 0, error);
        return output.TrimEnd();
    }

    private static (int Code, string Output, string Error) Start(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
