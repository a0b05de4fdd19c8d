using System.Diagnostics;
using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Explain.Synthesis;

/// <summary>
/// Makes inputs on a thread of its own, of low priority and with one inference thread, while everything else goes on: requests come in through one mailbox,
/// the newest alone counting, and the emerging picture goes out through another. Owns its thread, session and pictures.
/// </summary>
public sealed class SynthesisWorker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenPictures = TimeSpan.FromMilliseconds(100);

    private readonly Network _network;
    private readonly Synthesiser _synthesiser;
    private readonly LatestValue<SynthesisRequest> _requests = new();
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _shownAt;

    /// <param name="network">Whose inputs.</param>
    /// <param name="device">Where they are made.</param>
    /// <param name="finished">What was made before; the worker's from now on.</param>
    public SynthesisWorker(Network network, ExecutionDevice device, FinishedPictures finished)
    {
        _network = network;
        _synthesiser = new Synthesiser(network, device with { Threads = 1 }, finished);
        _thread = new Thread(Loop) { Name = "synthesis", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    /// <summary>The pictures, emerging and done, and refusals.</summary>
    public LatestValue<SynthesisedInput> Pictures { get; } = new();

    /// <summary>The buffers of the pictures.</summary>
    public FramePool Pool { get; } = new();

    /// <summary>Steps made so far.</summary>
    public long StepsMade => _synthesiser.StepsMade;

    public void Start() => _thread.Start();

    /// <summary>Takes over a request; the one being worked on is given up.</summary>
    public void Ask(SynthesisRequest request) => _requests.Publish(request);

    public void Dispose()
    {
        _stopping = true;
        _requests.Close();
        if (_thread.IsAlive)
            _thread.Join();
        _synthesiser.Dispose();
        _requests.Dispose();
        Pictures.Dispose();
        Pool.Dispose();
    }

    private void Loop()
    {
        ThreadNiceness.Lower();
        while (!_stopping)
        {
            if (_requests.Wait(Patience) is not { } request)
                continue;
            using (request)
                if (request.Target is { } target)
                    Make(request, target);
                else
                    _synthesiser.Rest();
        }
    }

    private void Make(SynthesisRequest request, SynthesisTarget target)
    {
        try
        {
            _shownAt = 0;
            if (_synthesiser.Make(request, ascent => GoesOn(ascent, target)) is { } picture)
                Pictures.Publish(Done(picture, target, request.Settings.Steps));
        }
        catch (Exception e)
        {
            // A defect here must end neither the view nor the wait for the next request.
            var why = e is LiveCamException ? e.Message : $"Cannot synthesise '{target.Title}': {e.Message.TrimEnd('.')}. Set synthesis.of to off.";
            Pictures.Publish(new SynthesisedInput(null, $"{target.Title} · refused", "", 1, why));
        }
    }

    private bool GoesOn(InputAscent ascent, SynthesisTarget target)
    {
        if (_stopping || !_requests.IsEmpty)
            return false;
        if (_shownAt == 0 || Stopwatch.GetElapsedTime(_shownAt) >= BetweenPictures)
        {
            _shownAt = Stopwatch.GetTimestamp();
            var frame = Pool.Rent(_network.Card.InputWidth, _network.Card.InputHeight);
            ascent.Draw(frame.Pixels);
            Pictures.Publish(new SynthesisedInput(frame, Title(target, ascent.Done, ascent.Steps), Note(ascent.Logit), (float)ascent.Done / ascent.Steps));
        }
        return true;
    }

    private SynthesisedInput Done(FinishedPicture picture, SynthesisTarget target, int steps)
    {
        var frame = Pool.Rent(picture.Width, picture.Height);
        picture.Bgr.CopyTo(frame.Pixels);
        return new SynthesisedInput(frame, Title(target, steps, steps), Note(picture.Logit), 1);
    }

    private static string Title(SynthesisTarget target, int done, int steps) => string.Create(CultureInfo.InvariantCulture, $"{target.Title} · step {done} of {steps}");

    private static string Note(float logit) => string.Create(CultureInfo.InvariantCulture, $"logit {logit:F1}");
}
