using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Bundles;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Rendering;

/// <summary><c>livecam view pattern: --scene lab</c> in a window on a virtual display, every key pressed as a user presses it.</summary>
[Collection(RenderingCollection.Name)]
public sealed class LaboratoryDriveTests
{
    /// <summary>A key as xdotool calls it, the row of the keyboard it belongs to, and what it must move.</summary>
    private static readonly (string Row, string Press, string Moves)[] Presses =
    [
        ("M", "key m", "explain.method"), ("P", "key p", "explain.pixels"), ("P", "key p", "explain.pixels"), ("L", "key l", "explain.layer"),
        ("1 - 5", "key 2", "explain.class"), ("1 - 5", "key 2", "explain.class"), ("C", "key c", "heatmap.colormap"), ("[ ]", "key bracketright", "heatmap.opacity"),
        ("V", "key v", "heatmap.view"), ("B", "key b", "boxes.visible"), ("W", "key w", "meter.visible"), ("F6 - F10", "key F7", "heatmap.opacity2"),
        ("Z", "key z", "sanity.randomise"), ("F1 - F5", "key F3", "view.layout"), ("arrows, click", "mousemove 900 300 click 1", "wall.unit"),
        ("arrows, click", "key Right", "wall.unit"), ("O", "key o", "wall.sort"), ("U", "key u", "wall.image"), ("G", "key g", "fame.visible"),
        ("N", "key n", "synthesis.of"), ("F1 - F5", "key F5", "view.layout"), ("F1 - F5", "key F2", "view.layout"), ("X", "key x", "compare.view"),
        ("A", "key a", "compare.with"), ("F1 - F5", "key F1", "view.layout"), ("D", "key d", "brush.on"),
        ("D", "mousemove 640 380 mousedown 1 mousemove 700 380 mousemove 720 400 mouseup 1", "brush.strokes"), ("⌫", "key BackSpace", "brush.strokes"),
        ("J", "key j", "referee.method"), (".", "key period", ""), (",", "key comma", ""), ("< >", "key less", ""), ("S", "key s", ""), ("E", "key e", ""),
        ("space", "key space", "view.paused"), ("R", "key r", "view.recording"), ("K", "key k", ""), ("Y", "key y", ""), ("R", "key r", "view.recording"), ("T", "key t", "view.screen"), ("T", "key t", "view.screen"), ("F, F11", "key f", "view.fullScreen"), ("F, F11", "key F11", "view.fullScreen"),
        ("H", "key h", "hud.visible"), ("H", "key h", "hud.visible"), ("?", "key question", "hud.help"), ("?", "key question", "hud.help"),
    ];

    [Fact]
    public void Every_key_moves_what_it_says_and_the_view_goes_on()
    {
        // Esc ends the drive.
        Assert.Equal(KeyBindings.All.Select(binding => binding.Keys).Where(keys => keys != "Esc").ToHashSet(), Presses.Select(press => press.Row).ToHashSet());
        using var display = new VirtualDisplay(1280, 720);
        var folder = Repository.NewFolder();
        using var setup = Setup.Open();
        var source = SourceSchemes.Open("pattern:?size=640x360&live=1", new SourceOptions());
        using (var session = new LiveSession(new LiveSettings { Scene = "lab", WindowSize = (1280, 720), Folder = folder }, source, setup))
        {
            Exception? failure = null;
            var explained = new ManualResetEventSlim();
            session.FirstExplained += explained.Set;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(240));
            var user = new Thread(() =>
            {
                failure = Record.Exception(() => Drive(display, setup.Parameters, session, explained, folder));
                if (failure is not null)
                    patience.Cancel();
            });
            user.Start();
            session.Run(patience.Token);
            user.Join();
            Assert.Null(failure);
            Assert.False(patience.IsCancellationRequested, "Esc did not end the view");
            Assert.Empty(session.Problems);
        }
        Assert.Equal(["bundle", "screen", "snapshot", "take", "take"], Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path).Split('-')[0]).Order());
        Assert.Empty(BundleReplay.Of(Directory.GetDirectories(folder, "bundle-*").Single(), null).Differences);
    }

    private static void Drive(VirtualDisplay display, ParameterSet parameters, LiveSession session, ManualResetEventSlim explained, string folder)
    {
        Assert.True(explained.Wait(TimeSpan.FromSeconds(60)), "nothing was explained");
        string? before = null;
        foreach (var (row, press, moves) in Presses)
        {
            var value = moves.Length > 0 ? parameters[moves].Text : "";
            display.Do(press);
            if (moves.Length > 0)
                Assert.True(Becomes(() => parameters[moves].Text != value), $"{row} ({press}) left {moves} at '{value}'");
            // A recording has pictures in it.
            if (row is "R" or "T")
                Pause(session);
            if (row != "F1 - F5")
                continue;
            // Another layout looks otherwise, at a glance.
            Pause(session);
            var screen = display.Screenshot();
            var look = string.Concat(Enumerable.Range(0, 60).Select(i => screen(i % 10 * 128 + 64, i / 10 * 120 + 60)).Select(pixel => (char)('a' + (pixel.B + pixel.G + pixel.R) / 32)));
            Assert.NotEqual(before, look);
            before = look;
        }
        Assert.True(Becomes(() => Directory.EnumerateFileSystemEntries(folder).Count() == 5), "snapshot, bundle and recording were not all written");
        Pause(session);
        display.Do("key Escape");
    }

    // Until a few more pictures were explained and shown.
    private static void Pause(LiveSession session)
    {
        var (shown, explained) = (session.Shown, session.Explained);
        Assert.True(Becomes(() => session.Shown >= shown + 3 && session.Explained >= explained + 3), "no more pictures are shown");
        shown = session.Shown;
        Assert.True(Becomes(() => session.Shown >= shown + 2), "no more pictures are shown");
    }

    private static bool Becomes(Func<bool> condition) => Waiting.Until(condition, TimeSpan.FromSeconds(20));
}
