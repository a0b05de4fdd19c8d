using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Batch;

namespace LiveCam.Web;

/// <summary>
/// The explain thread of a server. Askers stand in line; each turn takes one picture from each of the first few that ask about the same layer, and explains them in
/// one run where the network allows. Who has another picture stands behind the others again, so that shares are fair. Explainers of other layers are made
/// beside the thread, and a few are kept.
/// </summary>
internal sealed class ExplainQueue : IDisposable
{
    /// <summary>Pictures a run takes at most.</summary>
    public const int MostTogether = 8;

    /// <summary>Layers that are kept ready at most: each is a network of its own in memory.</summary>
    private const int MostLayers = 4;

    private readonly Network _network;
    private readonly ExecutionDevice _device;
    private readonly ExplanationPool _pool = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<Asker> _line = [];
    private readonly Dictionary<string, ReadyLayer> _layers = [];
    private readonly SemaphoreSlim _standing = new(0);
    private readonly SemaphoreSlim _preparing = new(1);
    private readonly Thread _thread;
    private readonly List<AskedPicture> _pictures = [];
    private readonly List<(Asker Asker, ReceivedFrame Frame, Question Question)> _turn = [];
    private readonly List<BatchExplainer> _retired = [];
    private volatile bool _stopping;
    private long _turns;

    /// <param name="network">What explains.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="layer">The layer that is ready from the start.</param>
    public ExplainQueue(Network network, ExecutionDevice device, string layer)
    {
        (_network, _device) = (network, device);
        _layers[layer] = new ReadyLayer(Open(layer)) { Users = 1 };
        _thread = new Thread(Loop) { Name = "explain", IsBackground = true };
        _thread.Start();
    }

    public Network Network => _network;

    public ServeFigures Figures { get; } = new();

    /// <summary>Where it runs, for people.</summary>
    public string Device
    {
        get { lock (_lock) return _layers.Values.First().Explainer.Device; }
    }

    /// <summary>Pictures a run takes at the layer of the start.</summary>
    public int Together
    {
        get { lock (_lock) return _layers.Values.First().Explainer.Most; }
    }

    /// <summary>Askers in line.</summary>
    public int Waiting
    {
        get { lock (_lock) return _line.Count; }
    }

    /// <summary>What ended the thread, or null while it runs.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>A new asker, the caller's to dispose. It takes over the use of its question's layer, which the caller has from <see cref="UseAsync"/>.</summary>
    public Asker Join(Question question, Action<ReceivedFrame, Explanation?, LiveCamException?, int> answered, Action<ReceivedFrame> skipped) =>
        new(this, new FrameWindow(_network.Card), question, answered, skipped);

    /// <summary>Makes a layer ready to be asked about, beside the explain thread, and keeps it so until <see cref="Release"/>. Throws <see cref="LiveCamException"/> when it
    /// cannot, or when too many are in use.</summary>
    public async Task UseAsync(string layer, CancellationToken stop)
    {
        if (TryUse(layer))
            return;
        await _preparing.WaitAsync(stop);
        try
        {
            if (TryUse(layer))
                return;
            lock (_lock)
            {
                if (_layers.Count >= MostLayers && !_layers.Values.Any(ready => ready.Users == 0))
                    throw new LiveCamException("Cannot explain", layer, $"{MostLayers} other layers are being explained for others", "Choose one of those, or try again later");
            }
            var explainer = await Task.Run(() => Open(layer), stop);
            lock (_lock)
            {
                var idle = _layers.Where(pair => pair.Value.Users == 0).OrderBy(pair => pair.Value.LastTurn).Select(pair => pair.Key).FirstOrDefault();
                // The explain thread may still be at its last turn.
                if (_layers.Count >= MostLayers && idle is not null && _layers.Remove(idle, out var old))
                    _retired.Add(old.Explainer);
                _layers[layer] = new ReadyLayer(explainer) { Users = 1, LastTurn = _turns };
            }
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <summary>Somebody no longer asks about a layer.</summary>
    public void Release(string layer)
    {
        lock (_lock)
            if (_layers.TryGetValue(layer, out var ready))
                ready.Users--;
    }

    /// <summary>Puts an asker with a waiting picture at the end of the line, unless it stands there.</summary>
    public void Line(Asker asker)
    {
        lock (_lock)
        {
            if (asker.IsInLine || _stopping)
                return;
            asker.IsInLine = true;
            _line.AddLast(asker);
        }
        _standing.Release();
    }

    public void Dispose()
    {
        _stopping = true;
        _standing.Release();
        _thread.Join();
        lock (_lock)
        {
            foreach (var asker in _line)
                asker.Take()?.Dispose();
            foreach (var ready in _layers.Values)
                ready.Explainer.Dispose();
            foreach (var explainer in _retired)
                explainer.Dispose();
        }
        _standing.Dispose();
        _preparing.Dispose();
    }

    private bool TryUse(string layer)
    {
        lock (_lock)
        {
            if (!_layers.TryGetValue(layer, out var ready))
                return false;
            ready.Users++;
            return true;
        }
    }

    private BatchExplainer Open(string layer) => new(_network, _device, layer, MostTogether, _pool);

    private void Loop()
    {
        try
        {
            while (!_stopping)
            {
                _standing.Wait();
                if (TakeTurn() is { } explainer)
                    Explain(explainer);
            }
        }
        catch (Exception e)
        {
            Failure = e;
        }
    }

    /// <summary>The first in line and those behind it that ask about the same layer, with a picture each; null when nobody has one.</summary>
    private BatchExplainer? TakeTurn()
    {
        _turn.Clear();
        lock (_lock)
        {
            foreach (var explainer in _retired)
                explainer.Dispose();
            _retired.Clear();
            ReadyLayer? ready = null;
            for (var node = _line.First; node is not null && (ready is null || _turn.Count < ready.Explainer.Most);)
            {
                var (asker, next) = (node.Value, node.Next);
                var question = asker.Question;
                // Who has left no longer keeps a layer ready.
                var asked = asker.HasLeft ? null : _layers.GetValueOrDefault(question.Layer);
                if (asked is null || ready is null || asked == ready)
                {
                    _line.Remove(node);
                    var frame = asker.Take();
                    if (asked is null || frame is null)
                    {
                        frame?.Dispose();
                        asker.IsInLine = false;
                    }
                    else
                    {
                        ready = asked;
                        _turn.Add((asker, frame, question));
                    }
                }
                node = next;
            }
            if (ready is not null)
                ready.LastTurn = ++_turns;
            return ready?.Explainer;
        }
    }

    private void Explain(BatchExplainer explainer)
    {
        var began = Stopwatch.GetTimestamp();
        LiveCamException? failure = null;
        _pictures.Clear();
        foreach (var (asker, frame, question) in _turn)
            _pictures.Add(new AskedPicture(frame.Frame, asker.Window, question));
        try
        {
            explainer.Explain(_pictures);
        }
        catch (Exception e)
        {
            // One turn that fails must not be everybody's last.
            failure = e as LiveCamException ?? new LiveCamException("Cannot explain", "the picture", "LiveCam has a defect", "Please report it with the server's log", ExitCode.Bug, e);
            if (failure.ExitCode == ExitCode.Bug)
                Console.Error.WriteLine(e);
        }
        Figures.AddTurn(_turn.Count, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        for (var i = 0; i < _turn.Count; i++)
        {
            var (asker, frame, _) = _turn[i];
            using (frame)
            {
                Figures.AddWait(Stopwatch.GetElapsedTime(frame.ArrivedAt, began).TotalMilliseconds);
                asker.Answer(frame, _pictures[i].Explanation, failure, _turn.Count);
            }
        }
        lock (_lock)
            foreach (var (asker, _, _) in _turn)
            {
                asker.IsInLine = false;
                if (!asker.IsWaiting)
                    continue;
                asker.IsInLine = true;
                _line.AddLast(asker);
                _standing.Release();
            }
    }

    /// <summary>An explainer that is kept.</summary>
    private sealed class ReadyLayer(BatchExplainer explainer)
    {
        public BatchExplainer Explainer { get; } = explainer;

        /// <summary>Who asks about it now.</summary>
        public int Users { get; set; }

        public long LastTurn { get; set; }
    }
}
