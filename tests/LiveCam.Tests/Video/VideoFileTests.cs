using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>Files as sources: every frame, the container's times, and one clear error for each way a file can be bad.</summary>
public sealed class VideoFileTests : VideoTest
{
    [Theory]
    [InlineData("bottle_detection.mp4", 1189, 29.833333, 640, 360)]
    [InlineData("cockatoo_yuv444.mp4", 280, 20, 1280, 720)]
    [InlineData("slideshow_cc0.mp4", 360, 30, 640, 480)]
    public void A_real_clip_gives_exactly_its_frames(string clip, int count, double rate, int width, int height)
    {
        using var source = SourceSchemes.Open(Repository.SharedData("videos", clip), new SourceOptions());
        Assert.Equal(rate, source.FrameRate!.Value, 1e-5);
        var read = 0;
        while (source.Read(Pool, out var frame) == ReadResult.Frame)
            using (frame)
            {
                Assert.Equal((read, width, height), (frame!.Sequence, frame.Width, frame.Height));
                Assert.Equal(read / rate, frame.Timestamp.TotalSeconds, 0.0015);
                read++;
            }
        Assert.Equal(count, read);
        Assert.Equal("open", source.Status.Text);
        Assert.Equal(1, Pool.Made);
    }

    [Fact]
    public void A_file_broken_off_delivers_what_is_there_and_says_how_much()
    {
        var whole = Clip("whole.mp4", 120);
        var cut = Path.Combine(Folder, "cut.mp4");
        File.WriteAllBytes(cut, File.ReadAllBytes(whole)[..(int)(new FileInfo(whole).Length * 2 / 3)]);
        using var source = SourceSchemes.Open(cut, new SourceOptions());
        var indices = CountingFrames.ReadAll(source, Pool);
        Assert.InRange(indices.Count, 40, 110);
        Assert.Equal(Enumerable.Range(0, indices.Count), indices);
        Assert.Equal($"ended early: {indices.Count} of 120 frames could be read", source.Status.Text);
    }

    [Fact]
    public void Av1_which_OpenCV_cannot_decode_goes_through_ffmpeg_in_every_frame()
    {
        var clip = Clip("clip.mkv", 20);
        var av1 = Path.Combine(Folder, "av1.mkv");
        Tools.Ffmpeg("-i", clip, "-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "20", av1);
        using var source = SourceSchemes.Open(av1, new SourceOptions());
        Assert.IsType<FfmpegSource>(source);
        Assert.Equal(Enumerable.Range(0, 20), CountingFrames.ReadAll(source, Pool));
        Assert.Equal(av1, source.AudioPath);
    }

    [Fact]
    public void A_clip_filmed_upright_is_shown_upright()
    {
        var clip = Clip("lying.mp4", 3);
        var turned = Path.Combine(Folder, "turned.mp4");
        Tools.Ffmpeg("-i", clip, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned);
        using var source = SourceSchemes.Open(turned, new SourceOptions());
        source.Read(Pool, out var frame);
        using (frame)
            Assert.Equal((CountingFrames.Height, CountingFrames.Width), (frame!.Width, frame.Height));
    }

    [Fact]
    public void Times_of_a_variable_rate_are_the_container_s_own()
    {
        var clip = Clip("even.mkv", 9);
        var uneven = Path.Combine(Folder, "uneven.mkv");
        Tools.Ffmpeg("-i", clip, "-vf", "settb=1/1000,setpts=N*N*10", "-fps_mode", "passthrough", "-enc_time_base", "1/1000", uneven);
        using var source = SourceSchemes.Open(uneven, new SourceOptions());
        for (var i = 0; source.Read(Pool, out var frame) == ReadResult.Frame; i++)
            using (frame)
                Assert.Equal(i * i * 0.01, frame!.Timestamp.TotalSeconds, 0.0015);
    }

    [Fact]
    public void A_loop_starts_again_and_counts_on()
    {
        using var source = SourceSchemes.Open(Clip("loop.mp4", 5), new SourceOptions { Loop = true });
        var last = TimeSpan.FromSeconds(-1);
        for (var i = 0; i < 17; i++)
        {
            Assert.Equal(ReadResult.Frame, source.Read(Pool, out var frame));
            using (frame)
            {
                Assert.Equal((i, i % 5), ((int)frame!.Sequence, CountingFrames.Read(frame)));
                Assert.True(frame.Timestamp > last);
                last = frame.Timestamp;
            }
        }
    }

    [Fact]
    public void AFolder_is_shown_in_the_order_people_count_and_passes_over_what_is_broken()
    {
        foreach (var (index, name) in new[] { (0, "shot2.png"), (1, "shot10.png"), (2, "shot9.png") })
            CountingFrames.Write(Path.Combine(Folder, name), 1);
        File.WriteAllText(Path.Combine(Folder, "shot5.jpg"), "no picture");
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "not asked for");
        using var source = SourceSchemes.Open(Folder, new SourceOptions { Fps = 4 });
        List<string> shown = [];
        List<double> times = [];
        while (source.Read(Pool, out var frame) == ReadResult.Frame)
            using (frame)
                (shown, times) = ([.. shown, source.Status.Text], [.. times, frame!.Timestamp.TotalSeconds]);
        Assert.Equal(["1 of 4: shot2.png", "3 of 4: shot9.png (1 could not be read)", "4 of 4: shot10.png (1 could not be read)"], shown);
        Assert.Equal([0, 0.25, 0.5], times);
    }

    [Fact]
    public void A_missing_file_is_answered_with_the_nearest_names()
    {
        Clip("holiday.mp4", 1);
        Assert.Equal($"Cannot open '{Folder}/holyday.mp4': there is no such file. Did you mean 'holiday.mp4'?", ErrorOf(Folder + "/holyday.mp4"));
        Assert.Equal($"Cannot open '{Folder}/no/clip.mp4': the folder '{Folder}/no' does not exist. Check the path.",
            ErrorOf(Folder + "/no/clip.mp4"));
    }

    [Fact]
    public void Bad_files_end_in_one_clear_message()
    {
        Tools.NeedFfmpeg();
        File.WriteAllText(Folder + "/text.mp4", "These are words and no pictures, however long one looks at them.");
        File.WriteAllBytes(Folder + "/empty.mp4", []);
        File.WriteAllBytes(Folder + "/empty.png", []);
        File.WriteAllText(Folder + "/text.jpg", "no picture");
        Directory.CreateDirectory(Folder + "/nothing");
        Assert.Equal($"Cannot open '{Folder}/text.mp4': it is a text, not a video. Choose another file.",
            ErrorOf(Folder + "/text.mp4"));
        Assert.Equal($"Cannot open '{Folder}/empty.mp4': the file is empty. Choose another file.", ErrorOf(Folder + "/empty.mp4"));
        Assert.StartsWith($"Cannot open '{Folder}/empty.png': the file is empty. ", ErrorOf(Folder + "/empty.png"), StringComparison.Ordinal);
        Assert.StartsWith($"Cannot open '{Folder}/text.jpg': it is no picture, or a broken one. ", ErrorOf(Folder + "/text.jpg"),
            StringComparison.Ordinal);
        Assert.StartsWith($"Cannot open '{Folder}/nothing': there is no picture and no video in it. ", ErrorOf(Folder + "/nothing"),
            StringComparison.Ordinal);
        Assert.StartsWith($"Cannot open '{Folder}/*.bmp': no picture or video matches it. ", ErrorOf(Folder + "/*.bmp"), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'pattern:'", ErrorOf("patern:dog"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_its_index_is_told_as_such()
    {
        Tools.NeedFfmpeg();
        var whole = Path.Combine(Folder, "whole.mp4");
        Tools.Ffmpeg("-i", Clip("clip.mkv", 60), "-c", "copy", whole);
        File.WriteAllBytes(Folder + "/cut.mp4", File.ReadAllBytes(whole)[..(int)(new FileInfo(whole).Length / 2)]);
        Assert.Contains("its index", ErrorOf(Folder + "/cut.mp4"), StringComparison.Ordinal);
    }

    private string Clip(string name, int count)
    {
        Tools.NeedFfmpeg();
        return CountingFrames.Write(Path.Combine(Folder, name), count);
    }

    private string ErrorOf(string source) => Assert.Throws<LiveCamException>(() =>
    {
        using var opened = SourceSchemes.Open(source, new SourceOptions());
        CountingFrames.ReadAll(opened, Pool);
    }).Message;
}
