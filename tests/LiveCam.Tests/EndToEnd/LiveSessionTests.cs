using System.Globalization;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Rendering;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>A live run without a window, its three threads in this process.</summary>
public class LiveSessionTests
{
    [Fact]
    public void A_file_is_shown_whole_and_a_live_source_goes_on_whatever_the_network_does()
    {
        using (var file = new Session("pattern:dog?size=160x120&frames=40&fps=100", new LiveSettings { Headless = true }))
        {
            file.Live.Run(CancellationToken.None);
            Assert.Equal(40, file.Live.Shown);
            Assert.InRange(file.Live.Explained, 1, 40);
        }
        using var camera = new Session("pattern:dog?size=160x120&fps=60&live=1", new LiveSettings { Headless = true, Frames = 30 });
        camera.Live.Run(CancellationToken.None);
        Assert.Equal(30, camera.Live.Shown);
    }

    [Fact]
    public void Recording_data_and_last_picture_are_written()
    {
        var folder = Repository.NewFolder();
        var settings = new LiveSettings
        {
            Headless = true,
            Frames = 45,
            Record = Path.Combine(folder, "take.mp4"),
            Data = Path.Combine(folder, "take.jsonl"),
            FinalPicture = Path.Combine(folder, "last.png"),
        };
        using (var session = new Session("pattern:banana?size=320x240&fps=30&live=1", settings))
            session.Live.Run(CancellationToken.None);
        Assert.All(File.ReadLines(settings.Data), line => Assert.Contains("\"label\":\"banana\"", line, StringComparison.Ordinal));
        Assert.True(new FileInfo(settings.FinalPicture).Length > 5000);
        using var pool = new FramePool();
        using var take = SourceSchemes.Open(settings.Record, new SourceOptions());
        var frames = 0;
        while (take.Read(pool, out var frame) == ReadResult.Frame)
        {
            frame!.Dispose();
            frames++;
        }
        // 45 pictures shown of a camera of 30 a second; those it dropped are repeated, so the take is as long as life was.
        Assert.InRange(frames, 43, 900);
    }

    [Fact]
    public void Keys_move_parameters_pause_and_pin()
    {
        using var session = new Session("pattern:dog+cat?size=160x120&fps=60&live=1", new LiveSettings { Headless = true, Frames = 200 });
        var live = session.Live;
        live.FirstExplained += () =>
        {
            live.Controls.Step("explain.method", +1);
            live.Controls.Step("heatmap.opacity", -1);
            live.Controls.PinRank(0);
            live.Controls.StepLayer();
            live.Controls.Toggle("view.paused");
            live.Controls.Leave();
        };
        live.Run(CancellationToken.None);
        Assert.Equal("on", session.Parameters["view.paused"].Text);
        Assert.Equal("gradcam", session.Parameters["explain.method"].Text);
        Assert.Equal("0.55", session.Parameters["heatmap.opacity"].Text);
        Assert.True(int.Parse(session.Parameters["explain.class"].Text, CultureInfo.InvariantCulture) is 0 or 1);
        Assert.NotEqual("features", session.Parameters["explain.layer"].Text);
    }

    [Fact]
    public void A_key_turns_the_meter_on_and_its_figures_are_in_the_records()
    {
        var data = Path.Combine(Repository.NewFolder(), "take.jsonl");
        using (var session = new Session("pattern:dog?size=160x120&fps=30&frames=90", new LiveSettings { Headless = true, Data = data }))
        {
            session.Live.FirstExplained += () => KeyBindings.Handle(session.Live.Controls, new InputEvent(InputKind.Character, Character: 'w'));
            session.Live.Run(CancellationToken.None);
        }
        var records = File.ReadAllLines(data);
        Assert.DoesNotContain("\"meter\"", records[0], StringComparison.Ordinal);
        Assert.Contains("\"meter\":{\"mask\":\"pixels\",\"frames\":", records[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshots_and_recordings_follow_their_parameters()
    {
        var folder = Repository.NewFolder();
        using var session = new Session("pattern:?size=160x120&fps=60&frames=90&speed=4", new LiveSettings { Headless = true, Folder = folder });
        var live = session.Live;
        live.FirstExplained += () =>
        {
            live.Controls.Toggle("view.snapshot");
            live.Controls.Toggle("view.recording");
        };
        live.Run(CancellationToken.None);
        Assert.Equal("off", session.Parameters["view.snapshot"].Text);
        Assert.Single(Directory.GetFiles(folder, "snapshot-*.png"));
        Assert.Single(Directory.GetFiles(folder, "recording-*.mp4"));
        Assert.Equal(90, live.Shown);
    }

    [Fact]
    public void A_failure_of_the_source_is_thrown_with_what_was_recorded_kept()
    {
        var folder = Repository.NewFolder();
        var record = Path.Combine(folder, "out", "take.mp4");
        using (var session = new Session(new BreakingSource(), new LiveSettings { Headless = true, Record = record }))
            Assert.Equal("the tape tore", Assert.Throws<LiveCamException>(() => session.Live.Run(CancellationToken.None)).Why);
        using var pool = new FramePool();
        using var take = SourceSchemes.Open(record, new SourceOptions());
        for (var i = 0; i < BreakingSource.Frames; i++)
        {
            Assert.Equal(ReadResult.Frame, take.Read(pool, out var frame));
            frame!.Dispose();
        }
    }

    /// <summary>A file that breaks off.</summary>
    private sealed class BreakingSource : FrameSource
    {
        public const int Frames = 8;

        private int _read;

        public override string Name => "torn";

        public override bool IsLive => false;

        public override double? FrameRate => 25;

        public override ReadResult Read(FramePool pool, out Frame? frame)
        {
            if (_read == Frames)
                throw new LiveCamException("Cannot read", Name, "the tape tore", "Mend it");
            frame = pool.Rent(160, 120);
            frame.Pixels.Fill((byte)(20 * _read));
            (frame.Sequence, frame.Timestamp) = (_read, TimeSpan.FromSeconds(_read++ / 25.0));
            return ReadResult.Frame;
        }
    }

    private sealed class Session : IDisposable
    {
        private readonly ExplainSetup _setup = Setup.Open();

        public Session(string source, LiveSettings settings)
            : this(SourceSchemes.Open(source, new SourceOptions()), settings)
        {
        }

        public Session(FrameSource source, LiveSettings settings)
        {
            Live = new LiveSession(settings, source, _setup);
        }

        public ParameterSet Parameters => _setup.Parameters;

        public LiveSession Live { get; }

        public void Dispose()
        {
            Live.Dispose();
            Assert.Equal(0, Live.Outstanding);
            _setup.Dispose();
        }
    }
}
