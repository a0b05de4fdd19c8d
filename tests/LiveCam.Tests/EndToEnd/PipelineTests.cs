using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The whole offline path in this process: counts, order, leaks, and both thread modes.</summary>
public class PipelineTests
{
    [Fact]
    public void Both_thread_modes_give_the_same_pictures_and_records()
    {
        var overlapped = Run("pattern:dog+cat?size=320x240&frames=25", singleThread: false);
        var inTurn = Run("pattern:dog+cat?size=320x240&frames=25", singleThread: true);
        Assert.Equal(25, overlapped.Pictures.Length);
        Assert.Equal(inTurn.Records, overlapped.Records);
        for (var i = 0; i < 25; i++)
            Assert.True(File.ReadAllBytes(inTurn.Pictures[i]).AsSpan().SequenceEqual(File.ReadAllBytes(overlapped.Pictures[i])), $"picture {i} differs");
    }

    [Fact]
    public void Records_are_in_order_and_name_the_thing()
    {
        var lines = Run("pattern:banana?size=320x240&frames=12", singleThread: false).Records;
        Assert.Equal(12, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var record = System.Text.Json.JsonDocument.Parse(lines[i]);
            Assert.Equal(i, record.RootElement.GetProperty("sequence").GetInt64());
            Assert.Equal("banana", record.RootElement.GetProperty("top")[0].GetProperty("label").GetString());
            var map = record.RootElement.GetProperty("targets")[0].GetProperty("map");
            Assert.Equal(256, map.GetProperty("values").GetArrayLength());
            Assert.Equal(map.GetProperty("values").EnumerateArray().Max(v => v.GetDouble()), record.RootElement.GetProperty("targets")[0].GetProperty("maximum").GetDouble());
        }
    }

    [Fact]
    public void A_failing_output_ends_the_run_with_its_own_error_and_returns_every_buffer()
    {
        using var source = SourceSchemes.Open("pattern:dog?size=320x240&frames=50", new SourceOptions());
        using var setup = Setup.Open();
        using var sink = new FailingSink();
        using var pipeline = new OfflinePipeline(new OfflineRun(source, setup, sink, null));
        var error = Assert.Throws<LiveCamException>(() => pipeline.Run(_ => { }, CancellationToken.None));
        Assert.Equal("the disk is full", error.Why);
        Assert.Equal(FailingSink.Capacity, sink.Written);
        Assert.Equal(0, pipeline.Outstanding);
    }

    [Fact]
    public void Settings_of_explaining_hold_where_nothing_is_drawn()
    {
        var folder = Repository.NewFolder();
        var result = LiveCamProgram.Run(folder, "annotate", "pattern:dog?frames=2&size=160x120", "--data", "d.jsonl", "--set", "explain.method=gradcam", "--set", "explain.class=cat");
        Assert.Equal(0, result.ExitCode);
        Assert.All(File.ReadLines(Path.Combine(folder, "d.jsonl")), line => Assert.Contains("\"method\":\"Grad-CAM\",", line, StringComparison.Ordinal));
        Assert.All(File.ReadLines(Path.Combine(folder, "d.jsonl")), line => Assert.Contains("\"targets\":[{\"class\":1,\"label\":\"cat\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_metered_run_writes_what_it_measured_and_gives_the_same_on_one_thread()
    {
        var folder = Repository.NewFolder();
        string[] Records(params string[] more)
        {
            var result = LiveCamProgram.Run(folder, ["annotate", "pattern:dog+cat?frames=45&size=160x120", "--data", "d.jsonl", "--force", "--set", "meter.visible=on", "--set", "meter.window=10", .. more]);
            Assert.True(result.ExitCode == 0, result.Error);
            return File.ReadAllLines(Path.Combine(folder, "d.jsonl"));
        }
        var records = Records();
        using var last = System.Text.Json.JsonDocument.Parse(records[^1]);
        var meter = last.RootElement.GetProperty("meter");
        Assert.Equal(("pixels", 10, 1), (meter.GetProperty("mask").GetString(), meter.GetProperty("frames").GetInt32(), meter.GetProperty("curves").GetInt32()));
        Assert.All(["drop", "increase", "coherency", "complexity", "adcc", "insertion", "deletion"], name => Assert.InRange(meter.GetProperty(name).GetDouble(), 0, 1));
        Assert.Contains("\"frames\":0,\"drop\":null", records[0], StringComparison.Ordinal);
        Assert.Equal(records, Records("--single-thread"));
        Assert.Equal(records, Records("--out", "d.mp4"));
    }

    [Fact]
    public void Numbered_pictures_keep_their_own_sizes()
    {
        var folder = Repository.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        (int, int)[] sizes = [(160, 120), (90, 200), (90, 200), (300, 100)];
        for (var i = 0; i < sizes.Length; i++)
            Assert.Equal(0, LiveCamProgram.Run(folder, "annotate", $"pattern:dog?frames=1&size={sizes[i].Item1}x{sizes[i].Item2}", "--out", $"in/{i}.png").ExitCode);
        Assert.Equal(0, LiveCamProgram.Run(folder, "annotate", "in", "--out", "out/%02d.png").ExitCode);
        using var pool = new FramePool();
        using var written = SourceSchemes.Open(Path.Combine(folder, "out"), new SourceOptions());
        foreach (var size in sizes)
        {
            Assert.Equal(ReadResult.Frame, written.Read(pool, out var frame));
            Assert.Equal(size, (frame!.Width, frame.Height));
            frame.Dispose();
        }
    }

    [Fact]
    public void Stopping_finishes_what_was_read()
    {
        using var stop = new CancellationTokenSource();
        using var source = SourceSchemes.Open("pattern:dog?size=320x240", new SourceOptions());
        using var setup = Setup.Open();
        var folder = Repository.NewFolder();
        using var sink = SinkSchemes.Open(Path.Combine(folder, "%05d.png"), new SinkOptions());
        using var pipeline = new OfflinePipeline(new OfflineRun(source, setup, sink, null));
        pipeline.Run(done => { if (done >= 10) stop.Cancel(); }, stop.Token);
        Assert.InRange(pipeline.Explained, 10, 40);
        Assert.Equal(pipeline.Explained, Directory.GetFiles(folder).Length);
        Assert.Equal(0, pipeline.Outstanding);
    }

    private static (string[] Pictures, string[] Records) Run(string pattern, bool singleThread)
    {
        var folder = Repository.NewFolder();
        using (var source = SourceSchemes.Open(pattern, new SourceOptions()))
        using (var setup = Setup.Open())
            Annotation.Run(source, setup, Path.Combine(folder, "frames", "%05d.png"), Path.Combine(folder, "data.jsonl"), null,
                run => run with { SingleThread = singleThread }, CancellationToken.None).Dispose();
        string[] pictures = [.. Directory.GetFiles(Path.Combine(folder, "frames")).Order(StringComparer.Ordinal)];
        return (pictures, File.ReadAllLines(Path.Combine(folder, "data.jsonl")));
    }

    private sealed class FailingSink : FrameSink
    {
        public const int Capacity = 3;

        public override string Name => "full";

        public override void Write(Frame frame)
        {
            if (Written == Capacity)
                throw new LiveCamException("Cannot write", Name, "the disk is full", "Free some space");
            Written++;
        }

        public override void Complete()
        {
        }
    }
}
