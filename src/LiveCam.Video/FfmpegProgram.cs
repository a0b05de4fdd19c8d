using System.Diagnostics;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video;

/// <summary>
/// The <c>ffmpeg</c> program: where it is, which version it is, and the only place that starts it. The environment variable
/// <c>LIVECAM_FFMPEG</c> names another one; otherwise it is looked up on PATH.
/// </summary>
public static partial class FfmpegProgram
{
    /// <summary>The environment variable that overrides PATH.</summary>
    public const string Override = "LIVECAM_FFMPEG";

    /// <summary>What a user does to get it; the last part of an error.</summary>
    public const string HowToInstall = $"Install it (Debian and Ubuntu: apt install ffmpeg) or name it in {Override}";

    private static readonly Lock Gate = new();
    private static (string Path, string? Version) _known = ("", null);

    /// <summary>Full path of the program, or null when there is none.</summary>
    public static string? FindPath()
    {
        if (Environment.GetEnvironmentVariable(Override) is { Length: > 0 } named)
            return File.Exists(named) ? named : null;
        return OnPath(OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg");
    }

    /// <summary>The version the program tells ("5.1.9-0+deb12u1"), or null when there is no program that runs.</summary>
    public static string? FindVersion()
    {
        if (FindPath() is not { } path)
            return null;
        lock (Gate)
        {
            if (_known.Path != path)
                _known = (path, AskVersion(path));
            return _known.Version;
        }
    }

    /// <summary>The two arguments that make ffmpeg hand every frame through as it comes, neither doubled nor dropped;
    /// renamed in ffmpeg 5.1.</summary>
    internal static string[] EveryFrame => IsOlderThan51(FindVersion()) ? ["-vsync", "passthrough"] : ["-fps_mode", "passthrough"];

    /// <summary>
    /// Starts the program in a session of its own, so that Ctrl-C in the terminal reaches LiveCam only and LiveCam can finish its files.
    /// </summary>
    /// <param name="purpose">What fails if it cannot be started: "Cannot read".</param>
    /// <param name="on">The file or address it is started for.</param>
    /// <param name="arguments">Its command line; <c>-hide_banner -nostdin</c> come before.</param>
    /// <param name="pipes">Which of its streams LiveCam holds the other end of.</param>
    internal static FfmpegProcess Start(string purpose, string on, IEnumerable<string> arguments, FfmpegPipes pipes)
    {
        var path = FindPath() ?? throw new LiveCamException(purpose, on, "the ffmpeg program was not found", HowToInstall);
        var session = OperatingSystem.IsLinux() ? OnPath("setsid") : null;
        var start = new ProcessStartInfo(session ?? path)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardInput = pipes == FfmpegPipes.Input,
            RedirectStandardOutput = pipes == FfmpegPipes.Output,
        };
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;
        if (session is not null)
            start.ArgumentList.Add(path);
        foreach (var argument in arguments.Prepend("-nostdin").Prepend("-hide_banner"))
            start.ArgumentList.Add(argument);
        try
        {
            return new FfmpegProcess(Process.Start(start)!, pipes);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LiveCamException(purpose, on, $"'{path}' cannot be started ({e.Message})", HowToInstall, inner: e);
        }
    }

    /// <summary>Whether ffmpeg finds something wrong with the pictures of a file, which it reads to the end without decoding them; null where there is no ffmpeg.</summary>
    internal static bool? Complains(string path)
    {
        if (FindPath() is null)
            return null;
        using var ffmpeg = Start("Cannot read", path, ["-nostats", "-loglevel", "error", "-i", "file:" + path, "-map", "0:v:0", "-c", "copy", "-f", "null", "-"], FfmpegPipes.None);
        ffmpeg.WaitForExit(Timeout.InfiniteTimeSpan);
        return ffmpeg.HasComplained;
    }

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? AskVersion(string path)
    {
        try
        {
            var start = new ProcessStartInfo(path, "-version") { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var match = VersionLine().Match(process.StandardOutput.ReadToEnd());
            return match.Success ? match.Groups[1].Value : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static bool IsOlderThan51(string? version) =>
        MajorMinor().Match(version ?? "") is { Success: true } match && Version.Parse(match.Value) < new Version(5, 1);

    [GeneratedRegex(@"^ffmpeg version (\S+)")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex MajorMinor();
}
