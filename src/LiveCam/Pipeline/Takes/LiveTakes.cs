using LiveCam.Core;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline.Takes;

/// <summary>The takes of a live run: the one being recorded, and the last seconds that may become one. Used by the render thread; owns both, and leaves the run
/// going whatever happens to them.</summary>
internal sealed class LiveTakes : IDisposable
{
    private readonly ExplainSetup _setup;
    private readonly LiveSettings _settings;
    private readonly TakeDescription _description;
    private readonly ViewParameters _view;
    private readonly Func<string, string, string> _newName;
    private readonly Action<string> _say;
    private readonly Action<string> _report;
    private LiveFeed _feed = null!;

    /// <param name="setup">What explains; the caller's.</param>
    /// <param name="settings">Of the run.</param>
    /// <param name="source">Name of what is recorded.</param>
    /// <param name="view">What the user wants.</param>
    /// <param name="newName">A path that nothing has yet, for a kind and an extension.</param>
    /// <param name="say">Shows a line for a moment.</param>
    /// <param name="report">The same, and on standard error.</param>
    public LiveTakes(ExplainSetup setup, LiveSettings settings, string source, ViewParameters view, Func<string, string, string> newName, Action<string> say, Action<string> report)
    {
        (_setup, _settings, _view, _newName, _say, _report) = (setup, settings, view, newName, say, report);
        _description = new TakeDescription(setup, source, () => view.TakeMaps.Index == 1);
        Replay = settings.Replay is { } length ? new ReplayBuffer(length, _description) : null;
        KeepTopMaps(Replay is not null);
    }

    /// <summary>The last seconds, or null.</summary>
    public ReplayBuffer? Replay { get; }

    /// <summary>What ended a take before its time, or null.</summary>
    public LiveCamException? Lost { get; private set; }

    /// <summary>The take being recorded, or null.</summary>
    public string? Name => _feed.Take?.Name;

    /// <summary>Records what this feed brings.</summary>
    public void Attach(LiveFeed feed) => _feed = feed;

    /// <summary>Makes the takes be what the parameters say.</summary>
    public void Follow()
    {
        if (_view.Replay.Value)
            SaveReplay();
        if (Replay?.TakeResult() is { } saved)
            _report(saved);
        if (_feed.Take?.Failure is not null)
            Complete();
        else if (_view.Recording.Value && _feed.Take is null)
            Try(() => Start(_newName("take", ".mkv"), fromTheStart: false));
        else if (!_view.Recording.Value && _feed.Take is not null)
            Complete();
    }

    /// <summary>Begins a take. Throws when nothing can be recorded there.</summary>
    public void Start(string path, bool fromTheStart)
    {
        _view.Recording.Value = false;
        var source = _feed.Source;
        if (_feed.IsOver)
            throw new LiveCamException("Cannot record", source.Name, "no more pictures will come", "Save a snapshot (S) or a bundle (E)");
        var audio = fromTheStart && !source.IsLive && _settings.Frames is null ? source.AudioPath : null;
        _feed.Take = new TakeRecording(path, _description, OptionsOf(source) with { AudioPath = audio }, source.IsLive, limit: fromTheStart ? _settings.Frames : null);
        KeepTopMaps(true);
        _view.Recording.Value = true;
        _say($"recording {path}");
    }

    /// <summary>Completes the take, if there is one. A full disk or a dead encoder is told, and ends nothing else.</summary>
    public void Complete()
    {
        if (_feed.Take is not { } take)
            return;
        _view.Recording.Value = false;
        _feed.Take = null;
        KeepTopMaps(Replay is not null);
        using (take)
            try
            {
                take.Complete();
                _report(take.Pictures > 0 ? $"saved {take.Name}" : "nothing was recorded: no picture came");
            }
            catch (LiveCamException e)
            {
                Lost = e;
                _report(e.Message);
            }
    }

    public void Dispose()
    {
        if (_feed?.Take is { } take)
        {
            _feed.Take = null;
            take.Dispose();
        }
    }

    private static SinkOptions OptionsOf(FrameSource source) => new() { FrameRate = LiveSession.RateOf(source), Notify = Console.Error.WriteLine };

    private void SaveReplay()
    {
        _view.Replay.Value = false;
        if (Replay is null)
            _say("nothing is kept: start with --replay 30");
        else
            Try(() => _say(Replay.Save(_newName("replay", ".mkv"), OptionsOf(_feed.Source)) ? "saving the last seconds" : "the last seconds are being saved already"));
    }

    private void Try(Action act)
    {
        try
        {
            act();
        }
        catch (LiveCamException e)
        {
            _report(e.Message);
        }
    }

    private void KeepTopMaps(bool on) => _setup.Explain.TopMaps.Value = on ? _setup.Explain.TopMaps.Maximum : 0;
}
