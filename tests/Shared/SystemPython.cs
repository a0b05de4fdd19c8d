using System.Diagnostics;

namespace LiveCam.Testing;

/// <summary>Debian's Python, with the packages that Debian has for it.</summary>
internal static class SystemPython
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Whether it is there and can import the modules: "torch, onnx".</summary>
    public static bool Has(string modules) => File.Exists(Program) && Run("-c", $"import {modules}").Code == 0;

    /// <summary>Runs it to its end.</summary>
    public static (int Code, string Output, string Error) Run(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
