using LiveCam.Core;

namespace LiveCam.Video;

/// <summary>Carries measurements from the capture thread to the thread that shows them; the oldest are lost when nobody asks.</summary>
internal sealed class ReadTimes
{
    private readonly Lock _gate = new();
    private readonly double[] _waiting = new double[256];
    private int _count;

    public void Add(double milliseconds)
    {
        lock (_gate)
        {
            if (_count == _waiting.Length)
                _count = 0;
            _waiting[_count++] = milliseconds;
        }
    }

    public void MoveTo(Samples samples)
    {
        lock (_gate)
        {
            for (var i = 0; i < _count; i++)
                samples.Add(_waiting[i]);
            _count = 0;
        }
    }
}
