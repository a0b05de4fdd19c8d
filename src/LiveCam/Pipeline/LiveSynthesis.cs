using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Synthesis;

namespace LiveCam.Pipeline;

/// <summary>
/// Synthesised inputs beside a live view: asks the worker for what the parameters and the explanation say, and holds what came of it last. The worker is
/// started when it is first needed. Used by the render thread; owns the worker and the picture.
/// </summary>
/// <param name="setup">Network and parameters of the run.</param>
/// <param name="say">Shows a line for a moment.</param>
internal sealed class LiveSynthesis(ExplainSetup setup, Action<string> say) : IDisposable
{
    /// <summary>The first class may change with every frame; a picture is given up only for one that has stood for so long.</summary>
    private static readonly TimeSpan Standing = TimeSpan.FromSeconds(1);

    private readonly SynthesisParameters _parameters = setup.Experiments.Synthesis;
    private SynthesisWorker? _worker;
    private Wish _asked;
    private Wish _wished;
    private long _wishedAt;

    /// <summary>What is shown, or null while it is off; this object's.</summary>
    public SynthesisedInput? Made { get; private set; }

    /// <summary>Buffers not returned.</summary>
    public int Outstanding => _worker?.Pool.Outstanding ?? 0;

    /// <summary>Asks for what is wanted now and takes what has come; true when there is something new to draw.</summary>
    public bool Follow(Explanation? explanation)
    {
        Ask(explanation);
        if (_worker?.Pictures.Take() is not { } made)
            return false;
        // What was on its way when it was switched off.
        if (_asked == default)
        {
            made.Dispose();
            return false;
        }
        Show(made);
        if (made.Refusal.Length > 0)
            say(made.Refusal);
        return true;
    }

    public void Dispose()
    {
        Show(null);
        _worker?.Dispose();
    }

    private void Show(SynthesisedInput? made)
    {
        Made?.Dispose();
        Made = made;
    }

    private void Ask(Explanation? explanation)
    {
        var wish = WishOf(explanation);
        if (wish != _wished)
            (_wished, _wishedAt) = (wish, Stopwatch.GetTimestamp());
        if (wish == _asked)
            return;
        var isOnlyAnotherClass = _asked != default && wish != default && wish with { Class = _asked.Class } == _asked;
        if (isOnlyAnotherClass && Stopwatch.GetElapsedTime(_wishedAt) < Standing)
            return;
        _asked = wish;
        if (wish == default)
        {
            _worker?.Ask(new SynthesisRequest(null, default, null));
            Show(null);
            return;
        }
        if (TargetOf(wish) is not { } target)
        {
            Show(new SynthesisedInput(null, "synthesised input · no unit pinned", "click one on the wall", 1));
            return;
        }
        if (_worker is null)
        {
            _worker = new SynthesisWorker(setup.Network, setup.Explainer.ExecutionDevice, new FinishedPictures());
            _worker.Start();
        }
        Show(new SynthesisedInput(null, target.Title, "", 0));
        _worker.Ask(new SynthesisRequest(target, wish.Settings, wish.FromFrame ? explanation!.Frame!.Share() : null));
    }

    /// <summary>What the parameters ask for; nothing before the first explanation.</summary>
    private Wish WishOf(Explanation? explanation)
    {
        if (_parameters.Of.Index == 0 || explanation is null)
            return default;
        var settings = _parameters.Settings;
        return _parameters.Of.Index == 1
            ? new Wish(explanation.Targets[0].Class.Index, "", -1, settings, _parameters.FromFrame)
            : new Wish(-1, LayerOf(explanation), setup.Experiments.Wall.Pinned, settings, _parameters.FromFrame);
    }

    private string LayerOf(Explanation explanation) =>
        setup.Experiments.Wall.Layer.Value is var layer && layer == Explain.Units.WallParameters.TargetLayer ? explanation.Layer : layer;

    private SynthesisTarget? TargetOf(Wish wish) => wish switch
    {
        { Class: >= 0 } => SynthesisTarget.OfClass(setup.Network, wish.Class),
        { Unit: >= 0 } => SynthesisTarget.OfUnit(wish.Layer, wish.Unit),
        _ => null,
    };

    private readonly record struct Wish(int Class, string Layer, int Unit, AscentSettings Settings, bool FromFrame);
}
