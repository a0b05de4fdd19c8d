using System.Globalization;
using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Video;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline;

/// <summary>
/// What the user keeps of a live run: snapshots and recordings of what is on the screen, at the picture's own size. Used by the
/// render thread; files made by key get a name of their own in one folder.
/// </summary>
internal sealed class ScreenFiles(Renderer renderer, FramePool pool, string folder) : IDisposable
{
    private Recording? _recording;
    private Readback? _readback;
    private string? _startOn;
    private SinkOptions? _options;
    private bool _isLive;

    /// <summary>The file being recorded to, or null.</summary>
    public string? Recording => _recording?.Name;

    /// <summary>True from <see cref="Start"/> to <see cref="Stop"/>, or until the recording failed.</summary>
    public bool IsRecording => _recording is not null || _startOn is not null;

    /// <summary>Pictures handed to the recording.</summary>
    public long Recorded { get; private set; }

    /// <summary>Starts recording with the next picture.</summary>
    /// <param name="path">The file, or null for a new name in the folder.</param>
    /// <param name="options">Rate of the file.</param>
    /// <param name="isLive">Whether pictures come by themselves: then the file keeps their time, otherwise it gets each once.</param>
    public void Start(string? path, SinkOptions options, bool isLive) => (_startOn, _options, _isLive) = (path ?? NewName("screen", ".mp4"), options, isLive);

    /// <summary>Completes the recording, if there is one; returns its file. Throws when it could not be completed.</summary>
    public string? Stop()
    {
        _startOn = null;
        if (_recording is not { } recording)
            return null;
        _recording = null;
        using (recording)
        {
            while (_readback!.Drain() is { } frame)
                recording.Add(frame);
            _readback.Dispose();
            _readback = null;
            recording.Complete();
            return recording.Name;
        }
    }

    /// <summary>Records the scene as it was last updated. Throws when the recording cannot begin or has failed; it is over then.</summary>
    public void Record(Frame picture)
    {
        if (_startOn is not null)
            Open(picture);
        if (_recording is null)
            return;
        renderer.Capture(_readback!);
        while (_readback!.TryTake(out var frame))
            _recording.Add(frame!);
        Recorded++;
        if (_recording.Failure is not null)
            Stop();
    }

    /// <summary>Saves the scene as it was last updated.</summary>
    /// <param name="picture">The picture being shown.</param>
    /// <param name="path">The file, or null for a new name in the folder.</param>
    /// <returns>The file.</returns>
    public string Save(Frame picture, string? path)
    {
        path ??= NewName("snapshot", ".png");
        using var frame = Draw(picture);
        Snapshot.Write(frame, path);
        return path;
    }

    /// <summary>The scene as it was last updated; the caller's.</summary>
    public Frame Draw(Frame picture)
    {
        using var readback = OpenReadback(picture);
        renderer.Capture(readback);
        return readback.Drain()!;
    }

    public void Dispose()
    {
        _recording?.Dispose();
        _readback?.Dispose();
    }

    private void Open(Frame picture)
    {
        var path = _startOn!;
        _startOn = null;
        _recording = new Recording(SinkSchemes.Open(path, _options!), _isLive ? _options!.FrameRate : null);
        _readback = OpenReadback(picture);
    }

    private Readback OpenReadback(Frame picture)
    {
        var (width, height) = renderer.NaturalSize(picture.Width, picture.Height);
        return new Readback(renderer.Device, width, height, pool);
    }

    /// <summary>A name in the folder that nothing has yet.</summary>
    public string NewName(string kind, string extension)
    {
        var stamp = DateTimeOffset.UtcNow.ToLocalTime().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{kind}-{stamp}{extension}");
        for (var i = 2; Path.Exists(path); i++)
            path = Path.Combine(folder, $"{kind}-{stamp}-{i}{extension}");
        return path;
    }
}
