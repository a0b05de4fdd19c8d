using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Rendering;
using LiveCam.Video;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline;

/// <summary>
/// A live run: capture, explain and render threads around mailboxes, the newest winning in each. The calling thread is the
/// render thread; it owns the window, the scene and everything the user does.
/// </summary>
internal sealed class LiveSession : IDisposable
{
    /// <summary>How long the render thread waits for a picture before it looks at the keyboard again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    /// <summary>How often the screen is drawn anew when nothing but time has changed.</summary>
    private static readonly TimeSpan IdleRedraw = TimeSpan.FromMilliseconds(50);

    private readonly LiveSettings _settings;
    private readonly ParameterSet _parameters;
    private readonly ExplainParameters _explain;
    private readonly Network _network;
    private readonly FrameSource _source;
    private readonly FramePool _pool = new();
    private readonly LatestValue<Frame> _pictures = new();
    private readonly LatestValue<Frame> _toExplain = new();
    private readonly CaptureLoop _capture;
    private readonly ExplainLoop _explainLoop;
    private readonly GraphicsContext _context;
    private readonly Renderer _renderer;
    private readonly FrameClock _clock = FrameClock.Real();
    private readonly LiveFigures _figures;
    private readonly Takes _takes;
    private readonly DataFile? _data;
    private Frame? _picture;
    private Explanation? _explanation;
    private long _drawnAt;
    private string? _pinned;
    private bool _paused;
    private bool _stepping;
    private bool _snapshotWanted;
    private bool _leaving;

    /// <param name="settings">How it is shown and what it leaves behind.</param>
    /// <param name="source">Owned by the session from now on.</param>
    /// <param name="network">The network being explained.</param>
    /// <param name="explainer">Used by the explain thread; owned by the caller.</param>
    /// <param name="explain">Its parameters.</param>
    /// <param name="parameters">All parameters; the scene's are added.</param>
    public LiveSession(LiveSettings settings, FrameSource source, Network network, Explainer explainer, ExplainParameters explain, ParameterSet parameters)
    {
        (_settings, _source, _network, _explain, _parameters) = (settings, source, network, explain, parameters);
        _capture = new CaptureLoop(source, _pool, _pictures, _toExplain);
        _explainLoop = new ExplainLoop(explainer, _toExplain);
        _context = OpenContext(settings);
        _renderer = new Renderer(_context, settings.Scene, parameters) { Keys = [.. KeyBindings.All.Select(binding => (binding.Keys, binding.Does))] };
        settings.ApplySettings(parameters);
        _figures = new LiveFigures(source, explainer.Classifier.Device);
        _takes = new Takes(_renderer, _pool, settings.Folder);
        _data = settings.Data is null ? null : new DataFile(settings.Data);
        foreach (var parameter in ExplainedBy)
            parameter.Changed += ExplainAgain;
    }

    /// <summary>Pictures shown.</summary>
    public long Shown { get; private set; }

    /// <summary>Frames explained.</summary>
    public long Explained => _explainLoop.Explained;

    /// <summary>Buffers not returned; 0 after <see cref="Dispose"/>, or the run leaked.</summary>
    public int Outstanding => _pool.Outstanding;

    /// <summary>Raised on the render thread when the first explanation has arrived: what a user waits for after the start.</summary>
    public event Action? FirstExplained;

    private IEnumerable<Parameter> ExplainedBy => [_explain.Class, _explain.Method, _explain.Layer];

    /// <summary>Runs until the user leaves, the source ends, the limit is reached or <paramref name="stop"/> is set. Throws what ended it too early.</summary>
    public void Run(CancellationToken stop)
    {
        if (_settings.Record is not null)
            _takes.Start(_settings.Record, SinkOptionsFor(_source));
        _capture.Start();
        _explainLoop.Start();
        while (!_leaving && !stop.IsCancellationRequested && !IsComplete())
        {
            var acted = ReadInput();
            var picture = TakePicture();
            var explanation = TakeExplanation();
            if (acted || picture || explanation || Stopwatch.GetElapsedTime(_drawnAt) > IdleRedraw)
                Draw(picture);
            ThrowFailures();
        }
        Finish();
    }

    /// <summary>A paused run shows one picture, and explains that one.</summary>
    public void TogglePause()
    {
        _capture.IsHeld = _paused = !_paused;
        if (_paused && _picture is not null && !IsOfPicture(_explanation))
            _toExplain.Publish(_picture.Share());
    }

    /// <summary>Shows one more picture while paused: the next of a file, the newest of a camera.</summary>
    public void StepFrame()
    {
        _stepping = _paused;
        _capture.IsHeld = _paused && !_source.IsLive;
    }

    /// <summary>Moves a parameter on by one.</summary>
    public void Step(string name, int direction)
    {
        var parameter = _parameters[name];
        parameter.Step(direction);
        Say($"{parameter.Name} = {parameter.Text}");
    }

    /// <summary>Chooses the next target layer, from the last one backwards to the input and round again, passing over those that cannot be explained.</summary>
    public void StepLayer()
    {
        var layers = _network.Layers;
        var at = Math.Max(0, layers.ToList().IndexOf(_network.At(_explain.Layer.Value).Layer));
        for (var distance = 1; distance <= layers.Count; distance++)
            if (TryLayer(layers[(at - distance + layers.Count) % layers.Count]))
                return;
    }

    /// <summary>Pins the class of that rank, or goes back to the top class when it is pinned already.</summary>
    public void PinRank(int rank)
    {
        if (_explanation is null || rank >= _explanation.TopCount)
            return;
        var index = _explanation.Top[rank].Index.ToString(CultureInfo.InvariantCulture);
        _pinned = _pinned == index ? null : index;
        _explain.Class.Value = _pinned ?? "top";
        Say(_pinned is null ? "explaining the top class" : $"pinned {_explanation.Top[rank].Label}");
    }

    public void WantSnapshot() => _snapshotWanted = true;

    public void ToggleRecording()
    {
        if (_takes.IsRecording)
            Say($"saved {_takes.Stop()}");
        else
            _takes.Start(null, SinkOptionsFor(_source));
    }

    public void ToggleFullScreen() => (_context as GlfwWindow)?.ToggleFullScreen();

    public void ToggleHelp() => _parameters["hud.help"].Step(+1);

    public void Leave() => _leaving = true;

    public void Dispose()
    {
        foreach (var parameter in ExplainedBy)
            parameter.Changed -= ExplainAgain;
        _pictures.Close();
        _toExplain.Close();
        _capture.Dispose();
        _explainLoop.Dispose();
        _explanation?.Dispose();
        _picture?.Dispose();
        _data?.Dispose();
        _takes.Dispose();
        _renderer.Dispose();
        _context.Dispose();
        _pictures.Dispose();
        _toExplain.Dispose();
        _pool.Dispose();
    }

    private static GraphicsContext OpenContext(LiveSettings settings)
    {
        var (width, height) = settings.WindowSize ?? (1280, 720);
        return settings.Headless ? new EglContext() : new GlfwWindow("LiveCam", width, height);
    }

    private static SinkOptions SinkOptionsFor(FrameSource source) =>
        new() { FrameRate = source.FrameRate is { } rate and > 0 ? rate : OfflineRun.UsualRate, Notify = Console.Error.WriteLine };

    private bool IsComplete() => Shown >= _settings.Frames || (_capture.IsOver && _capture.Failure is null && _pictures.IsEmpty && !KeepsLastPicture);

    /// <summary>A picture that was opened for viewing stays on the screen until the user leaves.</summary>
    private bool KeepsLastPicture => !_settings.Headless && _source.FrameCount == 1;

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
        _leaving |= window.CloseRequested;
        return acted;
    }

    private void React(InputEvent input)
    {
        try
        {
            KeyBindings.Handle(this, input);
        }
        catch (LiveCamException e)
        {
            Say(e.Message);
        }
    }

    /// <summary>Takes the newest picture. A paused run leaves pictures where they are, which also holds a file.</summary>
    private bool TakePicture()
    {
        if (_paused && !_stepping)
        {
            _capture.Over.WaitOne(Patience);
            return false;
        }
        if (_pictures.Wait(Patience) is not { } picture)
            return false;
        _picture?.Dispose();
        _picture = picture;
        _stepping = false;
        Shown++;
        if (_paused)
        {
            _capture.IsHeld = true;
            _toExplain.Publish(picture.Share());
        }
        return true;
    }

    private bool TakeExplanation()
    {
        if (_explainLoop.Explanations.Take() is not { } explanation)
            return false;
        if (_paused && !IsOfPicture(explanation))
        {
            explanation.Dispose();
            return false;
        }
        var isFirst = _explanation is null;
        _explanation?.Dispose();
        _explanation = explanation;
        if (isFirst)
            FirstExplained?.Invoke();
        _data?.Write(explanation);
        _figures.Add(explanation);
        return true;
    }

    private bool IsOfPicture(Explanation? explanation) => explanation?.Frame?.Sequence == _picture?.Sequence;

    private void Draw(bool isNewPicture)
    {
        _drawnAt = Stopwatch.GetTimestamp();
        _clock.Tick();
        _figures.Update(_capture, Shown, Explained, _explanation, _clock.Now);
        var status = _figures.Status;
        (status.Source, status.Paused, status.Recording) = (_source.Status, _paused, _takes.Recording);
        (status.DroppedPictures, status.DroppedExplanations) = (_pictures.Dropped, _toExplain.Dropped);
        _renderer.Update(_picture, _explanation, status, _clock);
        if (_picture is not null)
            Keep(_picture, isNewPicture);
        _renderer.Present();
        _figures.AddDraw(Stopwatch.GetElapsedTime(_drawnAt).TotalMilliseconds);
    }

    /// <summary>Records and saves what is wanted of the frame being drawn.</summary>
    private void Keep(Frame picture, bool isNew)
    {
        if (isNew && _takes.Record(picture) is { } failure)
            Report(failure.Message);
        if (_takes.Recorded == _settings.RecordFrames && _takes.IsRecording)
            Report($"saved {_takes.Stop()}");
        if (!_snapshotWanted)
            return;
        _snapshotWanted = false;
        Say($"saved {_takes.Save(picture, null)}");
    }

    private bool TryLayer(string layer)
    {
        try
        {
            _explain.Layer.Value = layer;
            Say($"target layer {layer}");
            return true;
        }
        catch (LiveCamException)
        {
            return false;
        }
    }

    /// <summary>Explains the picture on the screen anew when what is to be explained was changed while it stands still.</summary>
    private void ExplainAgain(Parameter changed)
    {
        if (_picture is not null && (_paused || _capture.IsOver))
            _toExplain.Publish(_picture.Share());
    }

    private void Say(string message) => _figures.Say(message, _clock.Now);

    /// <summary>Says it on the screen and on standard error.</summary>
    private void Report(string message)
    {
        Say(message);
        Console.Error.WriteLine(message);
    }

    private void ThrowFailures()
    {
        if ((_capture.Failure ?? _explainLoop.Failure) is not { } failure)
            return;
        Finish();
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Completes what is being recorded and saves the last picture.</summary>
    private void Finish()
    {
        if (_picture is not null && _settings.FinalPicture is { } path)
            _takes.Save(_picture, path);
        _takes.Stop();
    }
}
