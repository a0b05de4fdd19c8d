using System.Threading.Channels;

namespace LiveCam.Web;

/// <summary>Those who listen to one speaker. Everybody hears the newest; who is slow misses what came between, and holds up nobody. Safe on any thread.</summary>
internal sealed class Audience<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<Seat> _seats = [];
    private T? _last;

    /// <summary>Listeners.</summary>
    public int Count
    {
        get { lock (_lock) return _seats.Count; }
    }

    /// <summary>What was said last, or null.</summary>
    public T? Last
    {
        get { lock (_lock) return _last; }
    }

    /// <summary>Listens from now on, to what was said last first; the caller's to dispose.</summary>
    public Seat Join()
    {
        var seat = new Seat(this);
        lock (_lock)
        {
            _seats.Add(seat);
            if (_last is not null)
                seat.Hear(_last);
        }
        return seat;
    }

    public void Publish(T value)
    {
        lock (_lock)
        {
            _last = value;
            foreach (var seat in _seats)
                seat.Hear(value);
        }
    }

    /// <summary>Forgets what was said last, where it was not heard yet too: it is of something that is gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _last = null;
            foreach (var seat in _seats)
                seat.Newest.TryRead(out _);
        }
    }

    /// <summary>A listener's place, with room for one value.</summary>
    internal sealed class Seat(Audience<T> audience) : IDisposable
    {
        private readonly Channel<T> _newest = Channel.CreateBounded<T>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

        public ChannelReader<T> Newest => _newest.Reader;

        public void Hear(T value) => _newest.Writer.TryWrite(value);

        public void Dispose()
        {
            lock (audience._lock)
                audience._seats.Remove(this);
        }
    }
}
