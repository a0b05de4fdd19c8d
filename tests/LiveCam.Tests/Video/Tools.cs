using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LiveCam.Video;

namespace LiveCam.Tests.Video;

/// <summary>Programs the video tests use beside LiveCam.</summary>
internal static class Tools
{
    public static void NeedFfmpeg() => Assert.SkipUnless(FfmpegProgram.FindPath() is not null, "needs the ffmpeg program");

    /// <summary>Runs ffmpeg to its end; the test fails when it does.</summary>
    public static void Ffmpeg(params string[] arguments)
    {
        using var process = StartFfmpeg(arguments);
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, messages);
    }

    public static Process StartFfmpeg(params string[] arguments)
    {
        NeedFfmpeg();
        var start = new ProcessStartInfo(FfmpegProgram.FindPath()!) { RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments.Prepend("error").Prepend("-loglevel").Prepend("-y"))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>What ffprobe says of a file: one line a stream, "codec_type=video|nb_read_frames=30".</summary>
    public static string Probe(string path, string entries)
    {
        NeedFfmpeg();
        var start = new ProcessStartInfo("ffprobe") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-v", "error", "-count_frames", "-show_entries", $"stream={entries}", "-of", "compact=p=0", path })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    /// <summary>The chapters of a video: "1.000000 title".</summary>
    public static string[] Chapters(string path)
    {
        NeedFfmpeg();
        var start = new ProcessStartInfo("ffprobe", ["-v", "error", "-show_entries", "chapter=start_time:chapter_tags=title", "-of", "json", path]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        return [.. JsonNode.Parse(process.StandardOutput.ReadToEnd())!["chapters"]!.AsArray().Select(chapter => $"{chapter!["start_time"]} {chapter["tags"]!["title"]}")];
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// Runs one test method of this program in a process of its own, where it may have another environment or standard input.
    /// </summary>
    /// <param name="method">Full name of the method.</param>
    /// <param name="environment">Variables added.</param>
    /// <param name="input">A file to be its standard input.</param>
    /// <returns>What it printed; the test fails unless it ran and passed.</returns>
    public static string RunTest(string method, Dictionary<string, string> environment, string? input = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in new[] { typeof(Tools).Assembly.Location, "-method", method, "-explicit", "only" })
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        if (input is not null)
            using (var file = File.OpenRead(input))
                file.CopyTo(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
