using LiveCam.Core;
using LiveCam.Video.Sinks;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>
/// A take: the clean pictures of a live run as a video, and beside it what was found in them. The capture thread adds pictures and the explain thread
/// explanations, neither of which waits for the disk longer than a file does; the render thread starts and completes it and asks how it goes.
/// </summary>
internal sealed class TakeRecording : IDisposable
{
    // Guards the end of the pictures: whoever completes waits for the picture being added.
    private readonly Lock _adding = new();
    // Guards evidence and marks.
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TakeDescription _description;
    private readonly TakeMarks _marks = new();
    private readonly Recording _recording;
    private readonly long? _limit;
    private EvidenceWriter? _evidence;
    private long _pictures;
    private long _first = -1;
    private TimeSpan _start;
    private volatile bool _isComplete;
    private LiveCamException? _failure;

    /// <param name="path">The video, .mkv or .mp4. Throws <see cref="LiveCamException"/> when nothing can be written there.</param>
    /// <param name="description">Of the run.</param>
    /// <param name="options">Rate and audio of the video.</param>
    /// <param name="keepsTime">Whether pictures are repeated and left out so that the video is as long as life was; otherwise each is in it once.</param>
    /// <param name="waits">Whether whoever adds a picture waits for the encoder, instead of losing it.</param>
    /// <param name="limit">Most pictures of it, or null.</param>
    public TakeRecording(string path, TakeDescription description, SinkOptions options, bool keepsTime, bool waits = false, long? limit = null)
    {
        if (Path.GetExtension(path) is not (".mkv" or ".mp4" or ".mov"))
            throw new LiveCamException("Cannot record a take", path, "its video is Matroska or MP4", "Name it .mkv, or record the screen to another kind of file with --screen");
        (_path, _description, _limit, Rate) = (path, description, limit, options.FrameRate);
        _recording = new Recording(SinkSchemes.Open(path, options with { LowLatency = true, Chapters = ChaptersNow }), keepsTime ? options.FrameRate : null, Recorded, waits);
    }

    /// <summary>The video.</summary>
    public string Name => _path;

    /// <summary>The evidence beside it.</summary>
    public string EvidencePath => TakeFiles.EvidenceOf(_path);

    public double Rate { get; }

    /// <summary>Pictures taken over.</summary>
    public long Pictures => Interlocked.Read(ref _pictures);

    /// <summary>Pictures the encoder was too slow for.</summary>
    public long Dropped => _recording.Dropped;

    /// <summary>Why the take ended by itself, or null.</summary>
    public Exception? Failure => _failure ?? _recording.Failure;

    /// <summary>Adds a picture, which stays the caller's. The capture thread.</summary>
    public void Add(Frame frame)
    {
        if (Failure is not null || _isComplete || Pictures >= (_limit ?? long.MaxValue) || !TryOpen(frame))
            return;
        lock (_adding)
        {
            if (_isComplete)
                return;
            Interlocked.Increment(ref _pictures);
            _recording.Add(frame.Share());
        }
    }

    /// <summary>Adds what was found in a frame, which stays the caller's. The explain thread.</summary>
    public void Add(Explanation explanation)
    {
        if (Failure is not null || explanation.Frame!.Sequence < _first)
            return;
        lock (_lock)
        {
            if (_evidence is null || _isComplete)
                return;
            TryWrite(evidence =>
            {
                evidence.Write(explanation, _description.ContextOf(explanation));
                while (_marks.Next(explanation) is { } mark)
                    evidence.Write(mark);
            });
        }
    }

    /// <summary>Adds what was found in a frame and packed then.</summary>
    public void Add(PackedEvidence packed)
    {
        lock (_lock)
            TryWrite(evidence => evidence.Write(packed));
    }

    /// <summary>Marks the frame shown. The render thread.</summary>
    public void Mark(Frame frame)
    {
        var mark = new Mark(frame.Sequence, frame.Timestamp.TotalSeconds, "user", "marked");
        lock (_lock)
        {
            _marks.Add(mark);
            TryWrite(evidence => evidence.Write(mark));
        }
    }

    /// <summary>Completes video and evidence. Throws what ended them, if anything did; what was written stays.</summary>
    public void Complete()
    {
        lock (_adding)
            _isComplete = true;
        _recording.Complete();
        if (_failure is not null)
            throw _failure;
        lock (_lock)
            TryWrite(evidence => evidence.End());
    }

    public void Dispose()
    {
        lock (_adding)
            _isComplete = true;
        _recording.Dispose();
        _evidence?.Dispose();
    }

    private bool TryOpen(Frame frame)
    {
        if (_evidence is not null)
            return true;
        lock (_lock)
        {
            (_first, _start) = (frame.Sequence, frame.Timestamp);
            return TryFile(() => _evidence = new EvidenceWriter(EvidencePath, _description.HeaderOf(frame, _path, Rate)) { IsHalf = _description.IsHalf });
        }
    }

    // The record thread, once the encoder has it.
    private void Recorded(RecordedPicture picture)
    {
        lock (_lock)
            TryWrite(evidence => evidence.Write(picture));
    }

    private void TryWrite(Action<EvidenceWriter> write)
    {
        if (_evidence is { } evidence && _failure is null)
            TryFile(() => write(evidence));
    }

    private bool TryFile(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure = new LiveCamException("Cannot write the evidence", EvidencePath, WriteFailure.Why(e) + "; what was written before is whole",
                WriteFailure.IsFullDisk(e.Message) ? "Make room, or record to another place" : "Record to a folder that can be written", inner: e);
            return false;
        }
    }

    private IReadOnlyList<Chapter> ChaptersNow()
    {
        lock (_lock)
            return _marks.Chapters(_start);
    }
}
