using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>Outputs: as many frames come out as went in, in order, with their colours; and what was written survives what goes wrong.</summary>
public sealed class SinkTests : VideoTest
{
    [Theory]
    [InlineData("out.mp4")]
    [InlineData("out.mov")]
    [InlineData("out.mkv")]
    [InlineData("out.webm")]
    [InlineData("frames/%03d.png")]
    [InlineData("pictures/")]
    public void Frames_out_are_frames_in_and_in_order(string output)
    {
        Tools.NeedFfmpeg();
        var path = CountingFrames.Write($"{Folder}/{output}", 50, frameRate: 29.97);
        using var source = SourceSchemes.Open(output.Contains('.') && !output.Contains('%') ? path
            : Path.GetDirectoryName(path)!, new SourceOptions());
        Assert.Equal(Enumerable.Range(0, 50), CountingFrames.ReadAll(source, Pool));
        if (output.StartsWith("out", StringComparison.Ordinal))
            Assert.Equal(29.97, source.FrameRate!.Value, 0.01);
    }

    [Fact]
    public void An_odd_picture_gets_its_last_row_and_column_twice()
    {
        Tools.NeedFfmpeg();
        using var source = SourceSchemes.Open(CountingFrames.Write(Folder + "/odd.mp4", 4, width: 321, height: 241), new SourceOptions());
        source.Read(Pool, out var frame);
        using (frame)
        {
            Assert.Equal((322, 242), (frame!.Width, frame.Height));
            var corner = frame.Pixels.Slice(241 * frame.Stride + 3 * 321, 3).ToArray();
            Assert.All(corner.Zip([CountingFrames.Colour(0).B, CountingFrames.Colour(0).G, CountingFrames.Colour(0).R]), pair =>
                Assert.InRange(pair.First - pair.Second, -22, 22));
        }
    }

    [Theory]
    [InlineData("long.mp4", 3.0, "aac")]
    [InlineData("short.mp4", 0.5, "aac")]
    [InlineData("long.mkv", 3.0, "aac")]
    [InlineData("long.webm", 3.0, "opus")]
    public void The_audio_of_the_source_is_kept_and_never_costs_a_picture(string name, double seconds, string codec)
    {
        Tools.NeedFfmpeg();
        var audio = Folder + "/audio.m4a";
        Tools.Ffmpeg("-f", "lavfi", "-i", $"sine=duration={seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)}", "-c:a", "aac",
            audio);
        var path = CountingFrames.Write(Folder + "/" + name, 45, audio: audio);
        var streams = Tools.Probe(path, "codec_name,codec_type,nb_read_frames,duration").Split('\n');
        Assert.Equal(2, streams.Length);
        Assert.Contains("nb_read_frames=45", streams[0], StringComparison.Ordinal);
        Assert.Contains($"codec_name={codec}|codec_type=audio", streams[1], StringComparison.Ordinal);
        // An aac frame is 23 ms, an opus frame 20: the audio lasts as long as the pictures, 1.5 s, or as long as there is any.
        var packets = int.Parse(streams[1].Split("nb_read_frames=")[1].Split('|')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(packets * (codec == "opus" ? 0.02 : 1024 / 44100.0), Math.Min(seconds, 1.5) - 0.1, Math.Min(seconds, 1.5) + 0.1);
        Assert.Empty(Directory.GetFiles(Folder, "*.finished"));
    }

    [Theory]
    [InlineData("killed.mp4")]
    [InlineData("killed.mkv")]
    public void A_recording_stays_playable_when_the_encoder_is_killed_and_the_error_says_so(string name)
    {
        Tools.NeedFfmpeg();
        using var sink = SinkSchemes.Open($"{Folder}/{name}", new SinkOptions());
        var error = Assert.Throws<LiveCamException>(() =>
        {
            for (var i = 0; i < 400; i++)
            {
                if (i == 300)
                    KillChild(name);
                using var frame = CountingFrames.Draw(Pool, i);
                sink.Write(frame);
            }
            sink.Complete();
        });
        Assert.StartsWith($"Cannot write '{Folder}/{name}': ffmpeg stopped: ", error.Message, StringComparison.Ordinal);
        sink.Dispose();
        using var source = SourceSchemes.Open($"{Folder}/{name}", new SourceOptions());
        var indices = CountingFrames.ReadAll(source, Pool);
        Assert.Equal(Enumerable.Range(0, indices.Count), indices);
        Assert.InRange(indices.Count, 120, 300);
    }

    [Fact]
    public void A_sink_left_without_Complete_still_holds_every_frame()
    {
        Tools.NeedFfmpeg();
        using (var sink = SinkSchemes.Open(Folder + "/left.mp4", new SinkOptions()))
            for (var i = 0; i < 33; i++)
                using (var frame = CountingFrames.Draw(Pool, i))
                    sink.Write(frame);
        using var source = SourceSchemes.Open(Folder + "/left.mp4", new SourceOptions());
        Assert.Equal(Enumerable.Range(0, 33), CountingFrames.ReadAll(source, Pool));
    }

    [Theory]
    [InlineData("f%d%d.png")]
    [InlineData("f%0999999999d.png")]
    [InlineData("f%020d.png")]
    public void A_number_has_one_place_and_a_width_that_it_can_have(string pattern)
    {
        var error = Assert.Throws<LiveCamException>(() => SinkSchemes.Open(Path.Combine(Folder, pattern), new SinkOptions()));
        Assert.Contains("twice, or wants more than 19 digits", error.Message, StringComparison.Ordinal);
        Assert.Throws<LiveCamException>(() => SinkSchemes.FirstPicture(pattern));
        Assert.Equal("f0000000000000000000.png", SinkSchemes.FirstPicture("f%019d.png"));
    }

    [Fact]
    public void Ctrl_C_in_the_terminal_does_not_reach_the_encoder()
    {
        Tools.NeedFfmpeg();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sessions are read from /proc");
        using var sink = SinkSchemes.Open(Folder + "/session.mp4", new SinkOptions());
        using (var frame = CountingFrames.Draw(Pool, 0))
            sink.Write(frame);
        Assert.NotEqual(SessionOf(Environment.ProcessId), SessionOf(ChildWriting("session.mp4")));
    }

    [Fact]
    public void A_full_disk_is_told_and_what_was_written_stays()
    {
        Tools.NeedFfmpeg();
        using var small = SmallDisk.Mount("300k");
        var disk = small.Path;
        using var random = new FramePool();
        var error = Assert.Throws<LiveCamException>(() =>
        {
            using var sink = SinkSchemes.Open(disk + "/full.mkv", new SinkOptions());
            for (var i = 0; i < 300; i++)
                using (var frame = random.Rent(320, 240))
                {
                    new Random(i).NextBytes(frame.Pixels);
                    sink.Write(frame);
                }
            sink.Complete();
        });
        Assert.StartsWith($"Cannot write '{disk}/full.mkv': the disk is full", error.Message, StringComparison.Ordinal);
        using var source = SourceSchemes.Open(disk + "/full.mkv", new SourceOptions());
        Assert.True(CountingFrames.ReadAll(source, Pool).Count > 1, "what fitted can be played");
        using var picture = random.Rent(640, 480);
        new Random(1).NextBytes(picture.Pixels);
        Assert.Equal($"Cannot write '{disk}/full.png': the disk is full. Make room, or choose another place with --out.",
            Assert.Throws<LiveCamException>(() => Snapshot.Write(picture, disk + "/full.png")).Message);
        Assert.False(File.Exists(disk + "/full.png.partial"));
    }

    [Theory]
    [InlineData("/proc/out.mp4", "Cannot write '/proc/out.mp4': ")]
    [InlineData("/dev/null/out.mp4", "Cannot write '/dev/null/out.mp4': ")]
    [InlineData("out.mp5", "Cannot write 'out.mp5': '.mp5' is no kind of output. Did you mean '.mp4'")]
    [InlineData("out", "Cannot write 'out': its name does not tell the kind of file. Write for example out.mp4, or frames/ for numbered pictures.")]
    [InlineData("frames/%05d.txt", "Cannot write 'frames/%05d.txt': '.txt' is no picture format. ")]
    public void What_cannot_be_written_is_told_before_the_first_frame(string path, string message)
    {
        var error = Assert.Throws<LiveCamException>(() => SinkSchemes.Open(path, new SinkOptions()));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_size_or_a_second_picture_is_refused()
    {
        Tools.NeedFfmpeg();
        using var video = SinkSchemes.Open(Folder + "/size.mp4", new SinkOptions());
        using var picture = SinkSchemes.Open(Folder + "/one.png", new SinkOptions());
        using var first = CountingFrames.Draw(Pool, 0);
        using var second = CountingFrames.Draw(Pool, 1, width: 200, height: 200);
        video.Write(first);
        picture.Write(first);
        Assert.Contains("frame 1 is 200x200, and the video began with 320x240", Assert.Throws<LiveCamException>(() => video.Write(second)).Message,
            StringComparison.Ordinal);
        Assert.Contains("it holds one picture, and there are more", Assert.Throws<LiveCamException>(() => picture.Write(second)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_ffmpeg_OpenCV_writes_the_same_number_of_frames()
    {
        using (var sink = new OpenCvVideoSink(Folder + "/plain.mp4", new SinkOptions { FrameRate = 25 }))
        {
            for (var i = 0; i < 30; i++)
                using (var frame = CountingFrames.Draw(Pool, i))
                    sink.Write(frame);
            sink.Complete();
        }
        using var source = SourceSchemes.Open(Folder + "/plain.mp4", new SourceOptions());
        Assert.Equal(Enumerable.Range(0, 30), CountingFrames.ReadAll(source, Pool));
    }

    [Fact]
    public void A_png_holds_every_pixel_as_it_was()
    {
        using var frame = Pool.Rent(63, 31);
        new Random(5).NextBytes(frame.Pixels);
        Snapshot.Write(frame, Folder + "/exact.png");
        using var source = SourceSchemes.Open(Folder + "/exact.png", new SourceOptions());
        source.Read(Pool, out var read);
        using (read)
            Assert.True(read!.Pixels.SequenceEqual(frame.Pixels));
    }

    private static void KillChild(string name)
    {
        using var child = Process.GetProcessById(ChildWriting(name));
        child.Kill();
        child.WaitForExit(5000);
    }

    /// <summary>The ffmpeg that has a file of that name on its command line and belongs to this process.</summary>
    private static int ChildWriting(string name) => Directory.GetDirectories("/proc").Select(Path.GetFileName)
        .Where(id => int.TryParse(id, out _) && File.Exists($"/proc/{id}/cmdline"))
        .Where(id => Text($"/proc/{id}/cmdline").Contains("/" + name + "\0", StringComparison.Ordinal)
            && Text($"/proc/{id}/stat").Split(") ")[^1].Split(' ')[1] == Environment.ProcessId.ToString(
                System.Globalization.CultureInfo.InvariantCulture))
        .Select(id => int.Parse(id!, System.Globalization.CultureInfo.InvariantCulture)).Single();

    private static string SessionOf(int id) => Text($"/proc/{id}/stat").Split(") ")[^1].Split(' ')[3];

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
