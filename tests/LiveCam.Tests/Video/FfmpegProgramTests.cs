using LiveCam.Core;
using LiveCam.Video;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>The ffmpeg program: found, missing, and its own words for what went wrong.</summary>
public sealed class FfmpegProgramTests : VideoTest
{
    [Fact]
    public void The_version_is_the_program_s_own()
    {
        Tools.NeedFfmpeg();
        Assert.Matches(@"^n?\d+\.\d+", FfmpegProgram.FindVersion()!);
    }

    [Fact]
    public void Without_the_program_LiveCam_does_what_it_can_and_says_so() => Tools.RunTest(
        $"{typeof(FfmpegProgramTests).FullName}.{nameof(Without_ffmpeg)}", new() { [FfmpegProgram.Override] = "/nowhere/ffmpeg" });

    [Fact(Explicit = true)]
    public void Without_ffmpeg()
    {
        Assert.Null(FfmpegProgram.FindVersion());
        List<string> told = [];
        using (var sink = SinkSchemes.Open(Folder + "/out.mp4", new SinkOptions { Notify = told.Add }))
        {
            Assert.IsType<OpenCvVideoSink>(sink);
            using var frame = CountingFrames.Draw(Pool, 0);
            sink.Write(frame);
            sink.Complete();
        }
        Assert.StartsWith($"ffmpeg was not found: '{Folder}/out.mp4' is written as MPEG-4 Part 2 (mp4v)", Assert.Single(told),
            StringComparison.Ordinal);
        using (var source = SourceSchemes.Open(Folder + "/out.mp4", new SourceOptions()))
            Assert.Equal([0], CountingFrames.ReadAll(source, Pool));
        var error = Assert.Throws<LiveCamException>(() => SourceSchemes.Open("rtsp://127.0.0.1/x", new SourceOptions()));
        Assert.Equal("Cannot read 'rtsp://127.0.0.1/x': the ffmpeg program was not found. "
            + "Install it (Debian and Ubuntu: apt install ffmpeg) or name it in LIVECAM_FFMPEG.", error.Message);
    }

    [Theory]
    [InlineData("foo://bar", "Cannot open 'foo://bar': Protocol not found. ")]
    [InlineData("tcp://127.0.0.1:1", "Cannot open 'tcp://127.0.0.1:1': Connection refused. Nothing listens there")]
    public void An_address_that_cannot_be_opened_is_told_in_ffmpeg_s_words(string address, string message)
    {
        Tools.NeedFfmpeg();
        var error = Assert.Throws<LiveCamException>(() => SourceSchemes.Open(address, new SourceOptions()));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_accepts_and_says_nothing_is_given_up_in_time()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}/video";
        var error = Assert.Throws<LiveCamException>(() => SourceSchemes.Open(address, new SourceOptions { OpenTimeout = TimeSpan.FromSeconds(0.3) }));
        Assert.Equal($"Cannot open '{address}': no answer came within 0.3 s. Check the address, and that no firewall is between.", error.Message);
        Tools.NeedFfmpeg();
        var stream = $"tcp://{listener.LocalEndpoint}";
        error = Assert.Throws<LiveCamException>(() => SourceSchemes.Open(stream, new SourceOptions { OpenTimeout = TimeSpan.FromSeconds(0.5) }));
        Assert.Equal($"Cannot open '{stream}': no picture came within 0.5 s. Check the address, and that the other side is sending.", error.Message);
    }

    [Fact]
    public void Cancelling_ends_a_live_source_that_waits()
    {
        using var server = new MjpegServer(frames: 100_000) { Silent = true };
        using var cancel = new CancellationTokenSource();
        using var source = SourceSchemes.Open(server.Address, new SourceOptions { Cancellation = cancel.Token });
        cancel.CancelAfter(100);
        ReadResult result;
        do
        {
            result = source.Read(Pool, out var frame);
            frame?.Dispose();
        }
        while (result == ReadResult.Frame);
        if (result == ReadResult.Timeout)
            result = source.Read(Pool, out _);
        Assert.Equal(ReadResult.End, result);
    }
}
