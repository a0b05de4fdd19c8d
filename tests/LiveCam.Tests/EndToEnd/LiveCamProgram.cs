using System.Diagnostics;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The built program, run as a user runs it.</summary>
internal static class LiveCamProgram
{
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory.Replace(
        System.IO.Path.Combine("tests", "LiveCam.Tests"), System.IO.Path.Combine("src", "LiveCam"), StringComparison.Ordinal), "LiveCam.dll");

    /// <summary>Runs to the end, or fails the test after <paramref name="seconds"/>.</summary>
    public static ProgramResult Run(string folder, IEnumerable<string> arguments, int seconds = 120, params (string Name, string Value)[] environment)
    {
        using var process = Start(folder, arguments, environment: environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"livecam {string.Join(' ', arguments)} did not end within {seconds} s");
        }
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    public static ProgramResult Run(string folder, params string[] arguments) => Run(folder, (IEnumerable<string>)arguments);

    /// <summary>Starts it without a display, output and error redirected.</summary>
    public static Process Start(
        string folder, IEnumerable<string> arguments, string? display = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DISPLAY");
        if (display is not null)
            start.Environment["DISPLAY"] = display;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

/// <summary>How a run of the program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);
