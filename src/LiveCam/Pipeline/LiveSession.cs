using System.Diagnostics;
using System.Runtime.ExceptionServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline.Bundles;
using LiveCam.Pipeline.Takes;
using LiveCam.Rendering;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline;

/// <summary>
/// A live run: the feed's threads bring pictures and explanations, this one draws them. The calling thread is the render
/// thread; it owns the window, the scene and everything the user does.
/// </summary>
internal sealed class LiveSession : IDisposable
{
    /// <summary>How often the screen is drawn anew when nothing but time has changed.</summary>
    private static readonly TimeSpan IdleRedraw = TimeSpan.FromMilliseconds(50);

    private readonly LiveSettings _settings;
    private readonly ExplainSetup _setup;
    private readonly ExplanationSource _explanations;
    private readonly Parameter[] _explainedBy;
    private readonly LiveFeed _feed;
    private readonly GraphicsContext _context;
    private readonly Renderer _renderer;
    private readonly FrameClock _clock;
    private readonly LiveFigures _figures;
    private readonly ScreenFiles _screen;
    private readonly LiveSynthesis _synthesis;
    private readonly LiveBundles _bundles;
    private readonly LiveTakes _takes;
    private readonly ExplanationFiles _data;
    private readonly ViewParameters _view;
    private readonly bool _keepsStep;
    private readonly ToldRemarks _remarks = new();
    private long _drawnAt;
    private LiveCamException? _lostRecording;
    private string _toldStatus = "";
    private bool _closed;
    private int _laid;

    /// <param name="settings">How it is shown and what it leaves behind.</param>
    /// <param name="source">Owned by the session from now on.</param>
    /// <param name="setup">What explains it; owned by the caller.</param>
    /// <param name="take">A take that is viewed, or null; owned by the caller.</param>
    public LiveSession(LiveSettings settings, FrameSource source, ExplainSetup setup, ViewedTake? take = null)
    {
        OutputPath.MustDiffer(source.Name, settings.Take, settings.Screen, settings.Data, settings.Boxes, settings.FinalPicture);
        (_settings, _setup) = (settings, setup);
        setup.ApplyScene(settings.Scene);
        _data = new ExplanationFiles(settings.Data, settings.Boxes, setup.Network);
        // Nobody waits for a recording that nobody looks at, and its source can wait: every picture is recorded under its own map, as annotate writes it.
        var awaited = (settings.Screen ?? settings.Take) is null || source.IsLive ? Awaited.None : settings.Headless ? Awaited.Each : Awaited.First;
        _explanations = take?.Explain(setup) ?? setup.CreateLaboratory(isLive: true);
        _explainedBy = [.. setup.Parameters];
        _view = new ViewParameters(setup.Parameters);
        _takes = new LiveTakes(setup, settings, source.Name, _view, (kind, extension) => _screen!.NewName(kind, extension), Say, Report);
        _feed = new LiveFeed(source, _explanations, _data, awaited, staysAtEnd: take is not null && !settings.Headless, _takes.Replay);
        _takes.Attach(_feed);
        _keepsStep = awaited == Awaited.Each;
        _clock = _keepsStep ? FrameClock.Fixed(TimeSpan.FromSeconds(1 / RateOf(source))) : FrameClock.Real();
        _context = OpenContext(settings);
        _renderer = new Renderer(_context, settings.Scene, setup.Parameters) { Keys = [.. KeyBindings.All.Select(binding => (binding.Keys, binding.Does))] };
        setup.ApplySettings();
        Controls = new LiveControls(setup, _feed, Say, take?.Marks ?? []);
        _figures = new LiveFigures(source, setup.Explainer.Classifier.Device);
        _synthesis = new LiveSynthesis(setup, Report);
        _bundles = new LiveBundles(setup, Report);
        _screen = new ScreenFiles(_renderer, _feed.Pool, settings.Folder);
        foreach (var parameter in _explainedBy)
            parameter.Changed += ExplainAgain;
    }

    /// <summary>What the user can do.</summary>
    public LiveControls Controls { get; }

    /// <summary>Pictures shown.</summary>
    public long Shown => _feed.Shown;

    /// <summary>Frames explained.</summary>
    public long Explained => _feed.Explained;

    /// <summary>Buffers not returned; 0 after <see cref="Dispose"/>, or the run leaked.</summary>
    public int Outstanding => _feed.Pool.Outstanding + _synthesis.Outstanding;

    /// <summary>What is wrong with what is drawn: a behaviour that has failed, a shader that does not compile.</summary>
    public IEnumerable<string> Problems => _renderer.Notices.Standing.Select(notice => notice.Text);

    /// <summary>Raised on the render thread when the first explanation has arrived: what a user waits for after the start.</summary>
    public event Action? FirstExplained;

    /// <summary>Raised on the render thread when there is more of a synthesised input, which stays the session's.</summary>
    public event Action<SynthesisedInput>? Synthesised;

    /// <summary>Runs until the user leaves, the source ends, the limit is reached or <paramref name="stop"/> is set. Throws what ended it too early.</summary>
    public void Run(CancellationToken stop)
    {
        if (_settings.Screen is not null)
            StartScreen(_settings.Screen);
        if (_settings.Take is not null)
            _takes.Start(_settings.Take, fromTheStart: true);
        if (_settings.Notice is { } notice)
            Say(notice);
        _feed.Start();
        while (!_closed && !Controls.IsLeaving && !stop.IsCancellationRequested && !IsComplete())
        {
            var acted = ReadInput();
            Follow();
            TellStatus();
            _bundles.Follow();
            var picture = _feed.TakePicture();
            var explanation = TakeExplanation();
            while (_feed.IsAwaiting && !stop.IsCancellationRequested)
                explanation |= TakeExplanation();
            explanation |= TakeSynthesis();
            if (acted || picture || explanation || !_keepsStep && Stopwatch.GetElapsedTime(_drawnAt) > IdleRedraw)
                Draw(picture);
            if (_feed.Failure is not { } failure)
                continue;
            try
            {
                Finish();
            }
            catch (LiveCamException e)
            {
                Report(e.Message);
            }
            ExceptionDispatchInfo.Throw(failure);
        }
        Finish();
    }

    public void Dispose()
    {
        foreach (var parameter in _explainedBy)
            parameter.Changed -= ExplainAgain;
        _takes.Dispose();
        _screen.Dispose();
        _synthesis.Dispose();
        _bundles.Dispose();
        _renderer.Dispose();
        _context.Dispose();
        _feed.Dispose();
        _takes.Replay?.Dispose();
        _explanations.Dispose();
        _data.Dispose();
    }

    private static GraphicsContext OpenContext(LiveSettings settings)
    {
        var (width, height) = settings.WindowSize ?? (1280, 720);
        return settings.Headless ? new EglContext() : new GlfwWindow("LiveCam", width, height);
    }

    /// <summary>Where nobody sees the screen, a source that is lost is told on standard error.</summary>
    private void TellStatus()
    {
        if (!_settings.Headless || _feed.Source.Status is not { Delivering: false } status || status.Text == _toldStatus)
            return;
        _toldStatus = status.Text;
        Console.Error.WriteLine($"{_feed.Source.Name}: {status.Text}");
    }

    /// <summary>Makes the run be what its parameters say, whoever has changed them.</summary>
    private void Follow()
    {
        if (_view.Paused.Value != _feed.IsPaused)
            _feed.TogglePause();
        if (_view.Layout.Index != _laid)
        {
            _laid = _view.Layout.Index;
            _renderer.Lay(_laid == 0 ? _settings.Scene : _view.Layout.Value);
            _setup.ShowAllClasses();
        }
        if (_context is GlfwWindow window && _view.FullScreen.Value != window.IsFullScreen)
            window.ToggleFullScreen();
        if (_view.Screen.Value != _screen.IsRecording)
        {
            if (_view.Screen.Value)
                StartScreen(null);
            else
                TrySay(() => $"saved {StopScreen() ?? "nothing: no picture came"}");
        }
        _takes.Follow();
        // Where nobody looks, there is nothing left to do without the take.
        _closed |= _takes.Lost is not null && _settings.Headless && _settings.Take is not null;
    }

    private void StartScreen(string? path)
    {
        _view.Screen.Value = true;
        _screen.Start(path, new SinkOptions { FrameRate = RateOf(_feed.Source), Notify = Console.Error.WriteLine }, _feed.Source.IsLive);
    }

    /// <summary>Pictures a second of a source, as well as one knows.</summary>
    internal static double RateOf(FrameSource source) => source.FrameRate is { } known and > 0 ? known : OfflineRun.UsualRate;

    /// <summary>A single picture opened in a window stays on the screen until the user leaves.</summary>
    private bool IsComplete() =>
        Shown >= _settings.Frames || (_feed.IsOver && _feed.Failure is null && _feed.IsExplained && (_settings.Headless || _feed.Source.FrameCount != 1));

    /// <summary>Returns whether the user did anything.</summary>
    private bool ReadInput()
    {
        if (_context is not GlfwWindow window)
            return false;
        var acted = false;
        GlfwWindow.PollEvents();
        while (window.TryReadEvent(out var input))
        {
            acted = true;
            _renderer.OnInput(input);
            React(input);
        }
        _closed |= window.CloseRequested;
        return acted;
    }

    private void React(InputEvent input)
    {
        try
        {
            KeyBindings.Handle(Controls, input);
        }
        catch (LiveCamException e)
        {
            Say(e.Message);
        }
    }

    private bool TakeExplanation()
    {
        var isFirst = _feed.Explanation is null;
        if (!_feed.TakeExplanation())
            return false;
        _figures.Add(_feed.Explanation!);
        if (_settings.Headless)
            _remarks.Tell(_feed.Explanation!);
        if (isFirst)
            FirstExplained?.Invoke();
        return true;
    }

    private bool TakeSynthesis()
    {
        if (!_synthesis.Follow(_feed.Explanation))
            return false;
        Synthesised?.Invoke(_synthesis.Made!);
        return true;
    }

    private void Draw(bool isNewPicture)
    {
        _drawnAt = Stopwatch.GetTimestamp();
        _clock.Tick();
        _figures.Update(_feed, _takes.Name ?? _screen.Recording, _clock.Now);
        _renderer.Synthesis = _synthesis.Made;
        _renderer.Update(_feed.Picture, _feed.Explanation, _figures.Status, _clock);
        if (_feed.Picture is not null)
            Keep(_feed.Picture, isNewPicture);
        _renderer.Present();
        _figures.AddDraw(Stopwatch.GetElapsedTime(_drawnAt).TotalMilliseconds);
    }

    /// <summary>Records and saves what is wanted of the frame being drawn.</summary>
    private void Keep(Frame picture, bool isNew)
    {
        try
        {
            if (isNew)
                _screen.Record(picture);
            if (_screen.Recorded == _settings.ScreenFrames && _screen.IsRecording)
                Report($"saved {StopScreen()}");
        }
        catch (LiveCamException e)
        {
            _view.Screen.Value = false;
            _lostRecording = e;
            Report(e.Message);
            // In a window the view goes on without its recording; where nobody looks, there is nothing left to do.
            _closed = _settings.Headless && _settings.Screen is not null;
        }
        if (_view.Snapshot.Value)
            SaveSnapshot(picture);
        if (_view.Bundle.Value)
            SaveBundle(picture);
    }

    /// <summary>Of the frame that was explained, which may be a little older than the picture on the screen.</summary>
    private void SaveBundle(Frame picture)
    {
        // Until something is explained it waits.
        if (_feed.Explanation?.Frame is not { } explained)
            return;
        _view.Bundle.Value = false;
        _bundles.Begin(_screen.NewName("bundle", ""), _view.Layout.Index == 0 ? _settings.Scene : _view.Layout.Value, explained, _screen.Draw(picture));
    }

    private void SaveSnapshot(Frame picture)
    {
        _view.Snapshot.Value = false;
        TrySay(() => $"saved {_screen.Save(picture, null)}");
    }

    private string? StopScreen()
    {
        _view.Screen.Value = false;
        return _screen.Stop();
    }

    private void ExplainAgain(Parameter changed) => _feed.ExplainAgain();

    /// <summary>Does something that may fail, and says how it went.</summary>
    private void TrySay(Func<string> act)
    {
        try
        {
            Say(act());
        }
        catch (LiveCamException e)
        {
            Report(e.Message);
        }
    }

    private void Say(string message) => _figures.Say(message, _clock.Now);

    /// <summary>Says it on the screen and on standard error.</summary>
    private void Report(string message)
    {
        Say(message);
        Console.Error.WriteLine(message);
    }

    /// <summary>Completes what is being written and saves the last picture.</summary>
    private void Finish()
    {
        try
        {
            _screen.Stop();
        }
        finally
        {
            _feed.StopExplaining();
            _takes.Complete();
            _data.Complete();
            if (_feed.Picture is not null && _settings.FinalPicture is { } path)
                _screen.Save(_feed.Picture, path);
        }
        if (_settings.Screen is not null && _lostRecording is not null)
            throw _lostRecording;
        if (_settings.Take is not null && _takes.Lost is { } lost)
            throw lost;
    }
}
