using System.Collections.Concurrent;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video;
using LiveCam.Video.Sinks;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>
/// The last seconds of a live run in memory, to be kept as a take after something has happened: pictures as JPEG, evidence as it will be written. The capture
/// thread adds pictures, which a thread of its own packs, the explain thread explanations; the render thread saves.
/// </summary>
internal sealed class ReplayBuffer : IDisposable
{
    private const int Waiting = 8;

    private readonly Lock _lock = new();
    private readonly TimeSpan _length;
    private readonly TakeDescription _description;
    private readonly BlockingCollection<Frame> _queue = new(Waiting);
    private readonly Queue<PackedPicture> _pictures = new();
    private readonly Queue<PackedEvidence> _evidence = new();
    private readonly Thread _thread;
    private Task<string>? _saving;

    /// <param name="length">How much is kept.</param>
    /// <param name="description">Of the run.</param>
    public ReplayBuffer(TimeSpan length, TakeDescription description)
    {
        (_length, _description) = (length, description);
        _thread = new Thread(Pack) { Name = "replay", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Pictures that could not be packed in time.</summary>
    public long Dropped { get; private set; }

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get { lock (_lock) return _pictures.Sum(picture => (long)picture.Jpeg.Length) + _evidence.Sum(evidence => (long)evidence.Payload.Length); }
    }

    /// <summary>Adds a picture, which stays the caller's. The capture thread.</summary>
    public void Add(Frame frame)
    {
        var shared = frame.Share();
        if (_queue.TryAdd(shared))
            return;
        Dropped++;
        shared.Dispose();
    }

    /// <summary>Adds what was found in a frame, which stays the caller's. The explain thread.</summary>
    public void Add(Explanation explanation)
    {
        var packed = EvidenceWriter.Pack(explanation, _description.ContextOf(explanation), _description.IsHalf);
        lock (_lock)
        {
            _evidence.Enqueue(packed);
            while (_evidence.Peek().Time < packed.Time - _length)
                _evidence.Dequeue();
        }
    }

    /// <summary>Begins to write what is held as a take; false when the one before is not written yet.</summary>
    public bool Save(string path, SinkOptions options)
    {
        if (_saving is not null)
            return false;
        lock (_lock)
        {
            var (pictures, evidence) = (_pictures.ToArray(), _evidence.ToArray());
            _saving = Task.Run(() => Write(path, options, pictures, evidence));
        }
        return true;
    }

    /// <summary>What came of <see cref="Save"/>, once; null before.</summary>
    public string? TakeResult()
    {
        if (_saving is not { IsCompleted: true } done)
            return null;
        _saving = null;
        return done.Result;
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _saving?.Wait();
        _queue.Dispose();
    }

    private void Pack()
    {
        foreach (var frame in _queue.GetConsumingEnumerable())
        {
            PackedPicture packed;
            using (frame)
                packed = PackedPicture.Of(frame);
            lock (_lock)
            {
                _pictures.Enqueue(packed);
                while (_pictures.Peek().Time < packed.Time - _length)
                    _pictures.Dequeue();
            }
        }
    }

    private string Write(string path, SinkOptions options, PackedPicture[] pictures, PackedEvidence[] evidence)
    {
        if (pictures.Length == 0)
            return "nothing was seen yet";
        try
        {
            using var pool = new FramePool();
            using (var take = new TakeRecording(path, _description, options, keepsTime: true, waits: true))
            {
                var next = 0;
                foreach (var picture in pictures)
                {
                    using (var frame = picture.Unpack(pool))
                        take.Add(frame);
                    for (; next < evidence.Length && evidence[next].Sequence <= picture.Sequence; next++)
                        take.Add(evidence[next]);
                }
                take.Complete();
            }
            return $"saved the last {(pictures[^1].Time - pictures[0].Time).TotalSeconds:F0} s as {path}";
        }
        catch (LiveCamException e)
        {
            return e.Message;
        }
    }
}
