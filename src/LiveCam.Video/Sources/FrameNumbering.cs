using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>Joins readers that follow one another into one source: sequence and time go on where the last one stopped.</summary>
internal struct FrameNumbering
{
    private long _firstSequence;
    private TimeSpan _firstTime;
    private long _nextSequence;
    private TimeSpan _lastTime;
    private bool _any;

    /// <summary>A new reader begins; its first frame comes <paramref name="gap"/> after the last one of its predecessor.</summary>
    public void Begin(TimeSpan gap)
    {
        _firstSequence = _nextSequence;
        _firstTime = _any ? _lastTime + gap : TimeSpan.Zero;
    }

    /// <summary>Restamps a frame that its reader numbered from 0.</summary>
    public void Stamp(Frame frame)
    {
        frame.Sequence += _firstSequence;
        frame.Timestamp += _firstTime;
        (_nextSequence, _lastTime, _any) = (frame.Sequence + 1, frame.Timestamp, true);
    }
}
