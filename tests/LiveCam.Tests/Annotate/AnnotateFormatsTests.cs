using System.Globalization;
using System.Text.Json.Nodes;
using LiveCam.Testing;
using LiveCam.Tests.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Annotate;

/// <summary>As many pictures out as in, each the right one and due when it was, with sound and names kept: by ffprobe, for what films come in.</summary>
public sealed class AnnotateFormatsTests : VideoTest
{
    private const int Count = 24;

    /// <summary>Name of the file → what ffmpeg is to make of numbered pictures.</summary>
    public static TheoryData<string, string> Formats => new()
    {
        { "h264.mp4", "-c:v libx264" },
        { "hevc.mkv", "-c:v libx265 -x265-params log-level=none" },
        { "vp9.webm", "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -crf 20 -b:v 0" },
        { "av1.mp4", "-c:v libsvtav1 -preset 10 -crf 20" },
        { "mpeg4.avi", "-c:v mpeg4 -q:v 2" },
        { "mjpeg.mov", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p" },
        { "prores.mov", "-c:v prores_ks" },
        { "ffv1.mkv", "-c:v ffv1" },
        { "animation.gif", "-r 25" },
        { "mpeg2.ts", "-c:v mpeg2video -q:v 2" },
        { "ten-bit.mp4", "-c:v libx264 -pix_fmt yuv420p10le" },
        { "alpha.mov", "-c:v qtrle -pix_fmt argb" },
        { "theora.ogv", "-c:v libtheora -q:v 9" },
        { "flash.flv", "-c:v flv1 -q:v 2" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_picture_once_in_order_at_its_time(string name, string encoding)
    {
        var source = Path.Combine(Folder, name);
        Tools.Ffmpeg(["-i", Counted(), .. encoding.Split(' '), source]);
        var output = Annotated.Run(source, Path.Combine(Folder, "out.mp4"));
        Assert.Equal(Enumerable.Range(0, Count), Read(output));
        AreTimedAlike(source, output, 0.001);
    }

    [Theory]
    [InlineData("321x241", 322, 242)]
    [InlineData("321x240", 322, 240)]
    [InlineData("320x241", 320, 242)]
    public void Odd_sides_become_even(string size, int width, int height)
    {
        var source = Path.Combine(Folder, "odd.mkv");
        var sides = size.Split('x').Select(int.Parse).ToArray();
        CountingFrames.Write(Path.Combine(Folder, "pictures/"), 6, width: sides[0], height: sides[1]);
        Tools.Ffmpeg("-framerate", "25", "-i", Path.Combine(Folder, "pictures", "%05d.png"), "-c:v", "ffv1", source);
        var probed = new ProbedVideo(Annotated.Run(source, Path.Combine(Folder, "out.mp4")));
        Assert.Equal((6, (width, height), 25), (probed.Times.Length, probed.Size, probed.Rate));
        // Nothing is added where the codec can do without.
        Assert.Equal((sides[0], sides[1]), new ProbedVideo(Annotated.Run(source, Path.Combine(Folder, "out.mkv"), run => run with { Codec = "ffv1" })).Size);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(270)]
    public void A_turned_film_is_written_upright_and_not_turned_again(int degrees)
    {
        var source = Path.Combine(Folder, "turned.mp4");
        Tools.Ffmpeg("-i", Counted(), "-c", "copy", "-metadata:s:v:0", $"rotate={degrees}", source);
        var probed = new ProbedVideo(Annotated.Run(source, Path.Combine(Folder, "out.mp4")));
        Assert.Equal((Count, (CountingFrames.Height, CountingFrames.Width)), (probed.Times.Length, probed.Size));
        Assert.Null(probed.Video["side_data_list"]);
    }

    [Theory]
    [InlineData("out.mp4", 0.0001)]
    [InlineData("out.mov", 0.0001)]
    [InlineData("out.mkv", 0.0011)]
    [InlineData("out.webm", 0.0011)]
    public void Times_of_a_variable_rate_are_kept(string name, double tolerance)
    {
        var source = Path.Combine(Folder, "uneven.mkv");
        Tools.Ffmpeg("-i", Counted(), "-f", "lavfi", "-i", "sine=duration=3", "-vf", "settb=1/1000,setpts=N*(N+9)*4", "-fps_mode", "passthrough", "-enc_time_base", "1/1000", "-c:v", "libx264", "-c:a", "aac", source);
        var output = Annotated.Run(source, Path.Combine(Folder, name));
        Assert.Equal(Enumerable.Range(0, Count), Read(output));
        AreTimedAlike(source, output, tolerance);
        var probed = new ProbedVideo(output);
        Assert.NotNull(probed.Audio);
        Assert.Equal(probed.Times[^1] + probed.Times[^1] / (Count - 1), probed.Duration, 0.06);
    }

    [Fact]
    public void Pictures_that_begin_after_their_sound_still_do()
    {
        var source = Path.Combine(Folder, "late.mkv");
        Tools.Ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-itsoffset", "0.7", "-i", Counted(), "-map", "1:v", "-map", "0:a", "-c:v", "copy", "-c:a", "aac", source);
        var probed = new ProbedVideo(Annotated.Run(source, Path.Combine(Folder, "out.mp4")));
        Assert.Equal(Count, probed.Times.Length);
        // A packet of sound is 23 ms, and the first may be played before time 0.
        Assert.Equal(0.7, Start(probed.Video) - Start(probed.Audio!), 0.024);
    }

    [Fact]
    public void Rate_sound_and_names_are_kept()
    {
        var source = Path.Combine(Folder, "named.mp4");
        Tools.Ffmpeg("-r", "30000/1001", "-i", Counted(), "-f", "lavfi", "-i", "sine=duration=5", "-c:v", "libx264", "-c:a", "aac", "-shortest",
            "-metadata", "title=A walk", "-metadata", "artist=Somebody", "-metadata:s:a:0", "language=dan", source);
        var probed = new ProbedVideo(Annotated.Run(source, Path.Combine(Folder, "out.mp4")));
        Assert.Equal("30000/1001", (string)probed.Video["r_frame_rate"]!);
        Assert.Equal(("A walk", "Somebody", "dan", "aac"), (probed.Tag("title"), probed.Tag("artist"), (string)probed.Audio!["tags"]!["language"]!, (string)probed.Audio["codec_name"]!));
        Assert.Equal(Count * 1001 / 30000.0, probed.Duration, 0.03);
    }

    [Theory]
    [InlineData("bottle_detection.mp4", 1189)]
    [InlineData("cockatoo_yuv444.mp4", 280)]
    [InlineData("pan_catdog.mp4", null)]
    [InlineData("slideshow_cc0.mp4", 360)]
    public void The_start_of_a_real_clip_keeps_count_rate_and_length(string clip, int? count)
    {
        // The first two seconds of each, copied.
        var source = Path.Combine(Folder, "start.mp4");
        Tools.Ffmpeg("-t", "2", "-i", Repository.SharedData("videos", clip), "-c", "copy", source);
        Assert.True(count is null || KeepsCountRateAndLength(source) <= count);
    }

    [Theory(Explicit = true)]
    [InlineData("bottle_detection.mp4", 1189)]
    [InlineData("cockatoo_yuv444.mp4", 280)]
    [InlineData("pan_catdog.mp4", null)]
    [InlineData("slideshow_cc0.mp4", 360)]
    public void A_whole_real_clip_keeps_count_rate_and_length(string clip, int? count)
    {
        var frames = KeepsCountRateAndLength(Repository.SharedData("videos", clip));
        Assert.Equal(count ?? frames, frames);
        TestContext.Current.SendDiagnosticMessage($"{clip}: {frames} pictures in and out");
    }

    private int KeepsCountRateAndLength(string source)
    {
        var output = Annotated.Run(source, Path.Combine(Folder, "out.mp4"));
        AreTimedAlike(source, output, 0.0001);
        var (before, after) = (new ProbedVideo(source), new ProbedVideo(output));
        Assert.Equal((before.Rate, before.Size, before.Audio is null), (after.Rate, after.Size, after.Audio is null));
        Assert.Equal(before.Duration, after.Duration, 0.05);
        return before.Times.Length;
    }

    private static double Start(JsonNode stream) => double.Parse((string)stream["start_time"]!, CultureInfo.InvariantCulture);

    private string Counted()
    {
        var path = Path.Combine(Folder, "counted.mkv");
        return File.Exists(path) ? path : CountingFrames.Write(path, Count, frameRate: 25);
    }

    private List<int> Read(string video)
    {
        using var source = SourceSchemes.Open(video, new SourceOptions());
        return CountingFrames.ReadAll(source, Pool);
    }

    private static void AreTimedAlike(string source, string output, double tolerance)
    {
        var (before, after) = (new ProbedVideo(source).Times, new ProbedVideo(output).Times);
        Assert.Equal(before.Length, after.Length);
        for (var i = 0; i < before.Length; i++)
            Assert.Equal(before[i], after[i], tolerance);
    }
}
