using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LiveCam.Core;

/// <summary>
/// A picture on its way from a source to the screen: BGR, 8 bits a channel, rows top-down and tightly packed
/// (stride = 3 * width), in native memory that never moves.
/// <para>A frame is a counted lease on a buffer of a <see cref="FramePool"/>. Whoever holds it disposes it once;
/// <see cref="Share"/> adds a lease for one more holder. The last Dispose hands the buffer back to the pool.</para>
/// Pixels are written by the source before the frame is published and are read-only afterwards, on any thread.
/// </summary>
public sealed unsafe class Frame : IDisposable
{
    private readonly FramePool _pool;
    private byte* _pixels;
    private nuint _capacity;
    private int _leases;

    internal Frame(FramePool pool) => _pool = pool;

    /// <summary>Pixels a row.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Number of the frame in its source, from 0; a gap means dropped frames.</summary>
    public long Sequence { get; set; }

    /// <summary>The source's own time of this frame: the presentation time of a file, the time since opening of a camera.</summary>
    public TimeSpan Timestamp { get; set; }

    /// <summary><see cref="Stopwatch.GetTimestamp"/> when the pixels were complete; latencies are measured from it.</summary>
    public long CapturedAt { get; set; }

    /// <summary>The picture file that this frame is, or null for one of many in a video or from a camera.</summary>
    public string? File { get; set; }

    public int Stride => Width * 3;

    /// <summary>Address of the first byte, valid while a lease is held.</summary>
    public nint Address => (nint)_pixels;

    /// <summary>All bytes, [height, width, 3], valid while a lease is held.</summary>
    public Span<byte> Pixels => new(_pixels, Stride * Height);

    /// <summary>Adds a lease for one more holder and returns this frame.</summary>
    public Frame Share()
    {
        if (Interlocked.Increment(ref _leases) <= 1)
            throw new ObjectDisposedException(nameof(Frame), "The frame had gone back to its pool before it was shared.");
        return this;
    }

    /// <summary>Ends one lease.</summary>
    public void Dispose()
    {
        var left = Interlocked.Decrement(ref _leases);
        if (left < 0)
            throw new ObjectDisposedException(nameof(Frame), "The frame was disposed more often than it was shared.");
        if (left == 0)
            _pool.Return(this);
    }

    internal void Lease(int width, int height)
    {
        var bytes = (nuint)width * 3 * (nuint)height;
        if (bytes > _capacity)
        {
            NativeMemory.AlignedFree(_pixels);
            _pixels = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
            _capacity = bytes;
        }
        (Width, Height, Sequence, Timestamp, CapturedAt, File) = (width, height, 0, default, 0, null);
        Volatile.Write(ref _leases, 1);
    }

    internal void Free()
    {
        NativeMemory.AlignedFree(_pixels);
        _pixels = null;
        _capacity = 0;
    }
}
