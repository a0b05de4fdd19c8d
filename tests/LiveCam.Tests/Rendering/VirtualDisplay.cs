using System.Diagnostics;
using System.Runtime.InteropServices;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

/// <summary>Xvfb on a free display number, which xdotool and ImageMagick then speak to. The test's process opens its windows there from then on.</summary>
internal sealed partial class VirtualDisplay : IDisposable
{
    private readonly Process _server;
    private readonly string _display;

    public VirtualDisplay(int width = 800, int height = 600)
    {
        foreach (var tool in new[] { "Xvfb", "xdotool", "import" })
            Assert.SkipUnless(File.Exists($"/usr/bin/{tool}"), $"needs /usr/bin/{tool} (apt: xvfb xdotool imagemagick)");
        _server = Start("/usr/bin/Xvfb", $"-displayfd 1 -screen 0 {width}x{height}x24 -nolisten tcp");
        _display = ":" + _server.StandardOutput.ReadLine();
        Choose(_display);
    }

    /// <summary>GLFW reads the C library's environment, which .NET's own does not change.</summary>
    public static void Choose(string display) => Assert.Equal(0, SetEnvironment("DISPLAY", display, 1));

    /// <summary>What xdotool is to do.</summary>
    public void Do(string actions) => Run("/usr/bin/xdotool", actions);

    public Func<int, int, (int B, int G, int R)> Screenshot() => Png.Load(SaveScreenshot(Path.Combine(Repository.NewFolder(), "screen.png")));

    public string SaveScreenshot(string path)
    {
        Run("/usr/bin/import", $"-display {_display} -window root {path}");
        return path;
    }

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private void Run(string program, string arguments)
    {
        using var process = Start(program, arguments);
        Assert.True(process.WaitForExit(20_000), $"{program} did not end");
        Assert.Equal(0, process.ExitCode);
    }

    private Process Start(string program, string arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (_display is not null)
            start.Environment["DISPLAY"] = _display;
        return Process.Start(start)!;
    }
}
