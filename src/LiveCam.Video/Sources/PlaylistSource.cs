using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// The pictures and videos of a folder or a glob, one after the other; sequence and time run through. A file that cannot be read is
/// passed over and the status names it; when none can be read, the last error is thrown.
/// </summary>
public sealed class PlaylistSource : FrameSource
{
    private readonly IReadOnlyList<string> _files;
    private readonly SourceOptions _options;
    private readonly TimeSpan _pictureTime;
    private readonly bool _onlyPictures;
    private FrameNumbering _numbering;
    private FrameSource? _current;
    private TimeSpan _gap;
    private int _next;
    private int _skipped;
    private long _delivered;
    private LiveCamException? _lastError;

    /// <param name="name">What the user called it.</param>
    /// <param name="files">In the order they are shown; at least one.</param>
    /// <param name="options">Fps is how many pictures are shown a second.</param>
    public PlaylistSource(string name, IReadOnlyList<string> files, SourceOptions options)
    {
        (Name, _files, _options) = (name, files, options);
        _pictureTime = TimeSpan.FromSeconds(1 / (options.Fps ?? 1));
        _onlyPictures = files.All(PictureSource.IsPicture);
    }

    public override string Name { get; }

    public override bool IsLive => false;

    public override double? FrameRate => _onlyPictures ? 1 / _pictureTime.TotalSeconds : null;

    public override long? FrameCount => _onlyPictures ? _files.Count : null;

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        while (_current is not null || OpenNext())
        {
            if (_current!.Read(pool, out frame) == ReadResult.Frame)
            {
                _numbering.Stamp(frame!);
                _delivered++;
                return ReadResult.Frame;
            }
            CloseCurrent();
        }
        return _delivered == 0 && _lastError is not null ? throw _lastError : ReadResult.End;
    }

    protected override void Dispose(bool disposing)
    {
        _current?.Dispose();
        base.Dispose(disposing);
    }

    private bool OpenNext()
    {
        while (_current is null && _next < _files.Count)
        {
            var path = _files[_next++];
            try
            {
                _current = PictureSource.IsPicture(path) ? PictureSource.Open(path) : VideoFileSource.Open(path, _options);
                _numbering.Begin(_gap);
                _gap = _current is PictureSource ? _pictureTime : TimeSpan.FromSeconds(1 / (_current.FrameRate ?? 25));
                Status = new SourceStatus(Delivering: true, $"{_next} of {_files.Count}: {Path.GetFileName(path)}{Skipped()}");
            }
            catch (LiveCamException e)
            {
                _lastError = e;
                _skipped++;
                Add($"{Path.GetFileName(path)} was passed over: {e.Why}");
                Status = new SourceStatus(Delivering: true, $"{Path.GetFileName(path)} passed over: {e.Why}{Skipped()}");
            }
        }
        return _current is not null;
    }

    private void Add(string note) => Note = Note is null ? note : $"{Note}; {note}";

    private string Skipped() => _skipped == 0 ? "" : $" ({_skipped} could not be read)";

    private void CloseCurrent()
    {
        if (_current!.Note is { } note)
            Add($"{Path.GetFileName(_current.Name)} {note}");
        _current.Dispose();
        _current = null;
    }
}
