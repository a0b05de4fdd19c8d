using System.Globalization;
using System.Text.Json.Nodes;
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
            Screen = Path.Combine(folder, "take.mp4"),
            Data = Path.Combine(folder, "take.jsonl"),
            FinalPicture = Path.Combine(folder, "last.png"),
        };
        using (var session = new Session("pattern:banana?size=320x240&fps=30&live=1", settings))
            session.Live.Run(CancellationToken.None);
        Assert.All(File.ReadLines(settings.Data), line => Assert.Contains("\"label\":\"banana\"", line, StringComparison.Ordinal));
        Assert.True(new FileInfo(settings.FinalPicture).Length > 5000);
        using var pool = new FramePool();
        using var take = SourceSchemes.Open(settings.Screen, new SourceOptions());
        var frames = 0;
        while (take.Read(pool, out var frame) == ReadResult.Frame)
        {
            frame!.Dispose();
            frames++;
        }
        // 45 pictures shown of a camera of 30 a second; those it dropped are repeated, so the take is as long as life was.
        Assert.InRange(frames, 43, 900);
    }

    /// <summary>A view of nothing but the map: a picture without heat is of one colour.</summary>
    [Theory]
    [InlineData("dog.png", 60)]
    [InlineData("", 7)]
    public void A_recording_of_files_has_every_picture_once_each_under_its_own_map(string source, int count)
    {
        var folder = Repository.NewFolder();
        var pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        foreach (var thing in new[] { "banana", "dog" })
            Setup.Draw($"pattern:{thing}?size=320x240", Path.Combine(pictures, thing + ".png"));
        var settings = new LiveSettings { Headless = true, Frames = count, Screen = Path.Combine(folder, "take-%02d.png"), Data = Path.Combine(folder, "take.jsonl") };
        var options = new SourceOptions { Loop = true, Fps = 20 };
        using (var session = new Session(SourceSchemes.Open(Path.Combine(pictures, source), options), settings))
        {
            session.Parameters["heatmap.view"].Parse("map");
            session.Parameters["heatmap.raw"].Parse("on");
            session.Parameters["hud.visible"].Parse("off");
            session.Live.Run(CancellationToken.None);
            Assert.Equal((count, count), (session.Live.Shown, session.Live.Explained));
        }
        string[] labels = [.. File.ReadLines(settings.Data).Select(line => JsonNode.Parse(line)!["targets"]?[0]?["label"]).OfType<JsonNode>().Select(label => (string)label!)];
        byte[][] takes = [.. Directory.GetFiles(folder, "take-*.png").Order(StringComparer.Ordinal).Select(Pixels)];
        Assert.Equal((count, count), (takes.Length, labels.Length));
        Assert.InRange(takes[0].Max() - takes[0].Min(), 100, 255);
        Assert.Equal(source.Length > 0 ? ["dog"] : ["banana", "dog"], labels.Distinct());
        for (var i = 1; i < count; i++)
            Assert.Equal(labels[i] == labels[0], takes[i].AsSpan().SequenceEqual(takes[0]));

        static byte[] Pixels(string path)
        {
            using var pool = new FramePool();
            using var picture = SourceSchemes.Open(path, new SourceOptions());
            picture.Read(pool, out var frame);
            using (frame)
                return frame!.Pixels.ToArray();
        }
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
    public void A_key_makes_a_picture_for_the_class_while_the_camera_goes_on()
    {
        using var session = new Session("pattern:dog?size=160x120&fps=60&live=1", new LiveSettings { Headless = true });
        session.Parameters.Apply("synthesis.steps=20");
        session.Parameters.Apply("synthesis.start=frame");
        var (live, shown) = (session.Live, new List<long>());
        live.FirstExplained += () => KeyBindings.Handle(live.Controls, new InputEvent(InputKind.Character, Character: 'n'));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        live.Synthesised += made =>
        {
            shown.Add(live.Shown);
            if (made.Progress < 1)
                return;
            Assert.Equal(("dog · step 20 of 20", ""), (made.Title, made.Refusal));
            live.Controls.Leave();
        };
        live.Run(limit.Token);
        Assert.False(limit.IsCancellationRequested);
        // It emerged, and pictures came in between.
        Assert.True(shown.Count > 1 && shown[^1] >= shown[0] + 3, string.Join(' ', shown));
        Assert.Equal("class", session.Parameters["synthesis.of"].Text);
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
            live.Controls.Toggle("view.screen");
        };
        live.Run(CancellationToken.None);
        Assert.Equal("off", session.Parameters["view.snapshot"].Text);
        Assert.Single(Directory.GetFiles(folder, "snapshot-*.png"));
        Assert.Single(Directory.GetFiles(folder, "screen-*.mp4"));
        Assert.Equal(90, live.Shown);
    }

    [Fact]
    public void A_failure_of_the_source_is_thrown_with_what_was_recorded_kept()
    {
        var folder = Repository.NewFolder();
        var record = Path.Combine(folder, "out", "take.mp4");
        using (var session = new Session(new BreakingSource(), new LiveSettings { Headless = true, Screen = record }))
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
