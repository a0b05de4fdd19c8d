using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Tests.Video;
using LiveCam.Video.Sources;
using LiveCam.Video.Takes;

namespace LiveCam.Tests.Takes;

/// <summary>What is left of a take whatever ends it.</summary>
public sealed class TakeSurvivalTests(ITestOutputHelper output)
{
    /// <summary>Pictures a second of the recordings that are killed.</summary>
    private const int Rate = 30;

    [Fact]
    public void Kill_9_leaves_all_but_the_last_second() => KillTimes(6);

    /// <summary>Minutes long; run by name.</summary>
    [Fact(Explicit = true)]
    public void Kill_9_fifty_times() => KillTimes(50);

    private void KillTimes(int times)
    {
        Tools.NeedFfmpeg();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kills a session by its number");
        var random = new Random(times);
        var (lostMost, folder) = (0L, Repository.NewFolder());
        for (var i = 0; i < times; i++)
        {
            var take = Path.Combine(folder, $"take{i}.{(i % 2 == 0 ? "mkv" : "mp4")}");
            using (var process = LiveCamProgram.Start(folder, ["view", $"pattern:?size=320x240&fps={Rate}&live=1", "--headless", "--record", take]))
            {
                // The moment is counted from the first picture, so that there is something to lose.
                Assert.True(Waiting.Until(() => File.Exists(take) && new FileInfo(take).Length > 0, TimeSpan.FromSeconds(60)), "nothing was recorded");
                Waiting.For(TimeSpan.FromMilliseconds(random.Next(0, 2500)));
                // The encoder too: alone it would complete the file.
                Process.Start("pkill", ["-9", "-f", take]).WaitForExit();
                process.WaitForExit();
            }
            using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
            Assert.InRange(evidence.DamagedBytes, 0, 20_000);
            for (var frame = 0; frame < evidence.Frames; frame++)
                Assert.Equal(5, evidence.Read(frame).Top.Count);
            var recovery = TakeRecovery.Of(take);
            var lost = recovery.PicturesInEvidence - recovery.Pictures;
            // A picture that is repeated is in the video before its record is in the evidence.
            Assert.InRange(lost, -250, Rate);
            lostMost = Math.Max(lostMost, lost);
            Assert.NotEmpty(recovery.Repair());
            Assert.Equal((recovery.Pictures, true, 0L), TakeRecovery.Of(take) is var mended ? (mended.Pictures, mended.IsComplete, mended.DamagedBytes) : default);
            if (recovery.Pictures == 0)
                continue;
            using var pool = new FramePool();
            using var source = SourceSchemes.Open(take, new SourceOptions());
            var played = 0L;
            for (; source.Read(pool, out var picture) == ReadResult.Frame; played++)
                picture!.Dispose();
            Assert.Equal(recovery.Pictures, played);
        }
        output.WriteLine($"{times} recordings of {Rate} pictures a second killed; at most {lostMost} pictures lost");
    }

    /// <summary>The last two seconds of a live source, saved while it goes on: every picture at its time, each frame's evidence with it.</summary>
    [Fact]
    public void The_last_seconds_are_saved_as_a_take()
    {
        Tools.NeedFfmpeg();
        var folder = Repository.NewFolder();
        using var setup = Setup.Open();
        var settings = new LiveSettings { Headless = true, Frames = 150, Folder = folder, Replay = TimeSpan.FromSeconds(2) };
        using (var session = new LiveSession(settings, SourceSchemes.Open("pattern:banana?size=320x240&fps=30&live=1", new SourceOptions()), setup))
        {
            var user = new Thread(() =>
            {
                Assert.True(Waiting.Until(() => session.Shown > 100, TimeSpan.FromSeconds(60)), "no pictures");
                setup.Parameters["view.replay"].Parse("on");
            });
            user.Start();
            session.Run(CancellationToken.None);
            user.Join();
        }
        var take = Assert.Single(Directory.GetFiles(folder, "replay-*.mkv"));
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        var (first, last) = (evidence.Pictures[0], evidence.Pictures[^1]);
        Assert.InRange((last.Time - first.Time).TotalSeconds, 1.5, 2.0);
        Assert.InRange(last.Sequence, 95, 149);
        Assert.True(evidence.IsComplete);
        Assert.Equal(last.Index + last.Times, TakeRecovery.Of(take).Pictures);
        Assert.InRange(evidence.Frames, 1, evidence.Pictures.Count + 2);
        for (var frame = 0; frame < evidence.Frames; frame++)
            Assert.Equal("banana", evidence.Header.Labels[evidence.Read(frame).Top[0].Class]);
    }

    [Fact]
    public void A_full_disk_ends_the_take_and_the_view_goes_on()
    {
        Tools.NeedFfmpeg();
        using var disk = SmallDisk.Mount("400k");
        using var setup = Setup.Open();
        var settings = new LiveSettings { Headless = true, Frames = 200, Folder = disk.Path };
        using var session = new LiveSession(settings, SourceSchemes.Open("pattern:?size=640x480&fps=40&live=1", new SourceOptions()), setup);
        session.FirstExplained += () => session.Controls.Toggle("view.recording");
        session.Run(CancellationToken.None);
        Assert.Equal((200L, "off"), (session.Shown, setup.Parameters["view.recording"].Text));
        var take = Assert.Single(Directory.GetFiles(disk.Path, "*.mkv"));
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        Assert.InRange(evidence.Frames, 1, 199);
        for (var frame = 0; frame < evidence.Frames; frame++)
            Assert.Equal(5, evidence.Read(frame).Top.Count);
        Assert.InRange(TakeRecovery.Of(take).Pictures, 1, 199);
    }
}
