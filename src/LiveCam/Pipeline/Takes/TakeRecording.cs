using LiveCam.Core;
using LiveCam.Pipeline.Bundles;
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
    private readonly ExplainSetup _setup;
    private readonly FrameSource _source;
    private readonly TakeMarks _marks = new();
    private readonly Recording _recording;
    private readonly long? _limit;
    private readonly bool _isHalf;
    private EvidenceWriter? _evidence;
    private EvidenceContext? _context;
    private long _pictures;
    private long _first = -1;
    private TimeSpan _start;
    private volatile bool _isComplete;
    private LiveCamException? _failure;

    /// <param name="path">The video, .mkv or .mp4. Throws <see cref="LiveCamException"/> when nothing can be written there.</param>
    /// <param name="setup">What explains; the caller's.</param>
    /// <param name="source">What is recorded; the caller's.</param>
    /// <param name="options">Rate and audio of the video.</param>
    /// <param name="isHalf">Whether maps are kept as float16.</param>
    /// <param name="limit">Most pictures of it, or null.</param>
    public TakeRecording(string path, ExplainSetup setup, FrameSource source, SinkOptions options, bool isHalf, long? limit = null)
    {
        if (Path.GetExtension(path) is not (".mkv" or ".mp4" or ".mov"))
            throw new LiveCamException("Cannot record a take", path, "its video is Matroska or MP4", "Name it .mkv, or record the screen to another kind of file with --screen");
        (_path, _setup, _source, _limit, _isHalf, Rate) = (path, setup, source, limit, isHalf, options.FrameRate);
        _recording = new Recording(SinkSchemes.Open(path, options with { LowLatency = true, Chapters = ChaptersNow }), source.IsLive ? options.FrameRate : null, Recorded);
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
                evidence.Write(explanation, ContextOf(explanation));
                while (_marks.Next(explanation) is { } mark)
                    evidence.Write(mark);
            });
        }
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
            return TryFile(() => _evidence = new EvidenceWriter(EvidencePath, HeaderOf(frame)) { IsHalf = _isHalf });
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
            var full = e.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase);
            _failure = new LiveCamException("Cannot write the evidence", EvidencePath, (full ? "the disk is full" : e.Message.TrimEnd('.')) + "; what was written before is whole",
                full ? "Make room, or record to another place" : "Record to a folder that can be written", inner: e);
            return false;
        }
    }

    private IReadOnlyList<Chapter> ChaptersNow()
    {
        lock (_lock)
            return _marks.Chapters(_start);
    }

    private EvidenceContext ContextOf(Explanation explanation)
    {
        var classes = _setup.Explainer.Classes;
        if (_context is null || _context.MethodTitle != explanation.Method || _context.Layer != explanation.Layer || _context.Classes != classes || _context.Exactness != explanation.Exactness)
            _context = new EvidenceContext(_setup.Explainer.Method.Name, explanation.Method, explanation.Layer, classes, explanation.Exactness);
        return _context;
    }

    private TakeHeader HeaderOf(Frame frame)
    {
        var network = _setup.Network;
        return new TakeHeader(network.Card.Name, network.Path, network.Sha256, [.. Enumerable.Range(0, network.Classes).Select(network.LabelOf)], _source.Name, Path.GetFileName(_path),
            Rate, frame.Width, frame.Height, DateTimeOffset.UtcNow.ToLocalTime(), MadeWith.This.Parts.ToDictionary(part => part.Name, part => part.Version))
        {
            Parameters = _setup.Parameters.Moved.Where(parameter => !parameter.Name.StartsWith("view.", StringComparison.Ordinal)).ToDictionary(parameter => parameter.Name, parameter => parameter.Text),
        };
    }
}
