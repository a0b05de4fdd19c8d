using LiveCam.Core;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>
/// Brings drawn pictures back to memory without making the drawing wait: while a picture is drawn, the one before is fetched.
/// Draw to <see cref="Target"/>, <see cref="Submit"/>, then <see cref="TryTake"/> until it says no; <see cref="Drain"/> at the end delivers the
/// rest, so N submitted are N taken, in order. Used by the render thread.
/// </summary>
public sealed unsafe class Readback : IDisposable
{
    private const int Slots = 2;

    private readonly GraphicsDevice _device;
    private readonly FramePool _pool;
    private readonly Slot[] _ring;
    private readonly bool _readLate;
    private long _submitted;
    private long _taken;

    /// <summary>Pictures of <paramref name="width"/> x <paramref name="height"/>, delivered in frames of <paramref name="pool"/>.</summary>
    public Readback(GraphicsDevice device, int width, int height, FramePool pool)
        : this(device, width, height, pool, device.IsSoftware)
    {
    }

    /// <param name="device">The device.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pool">Where frames come from.</param>
    /// <param name="readLate">Whether pixels are asked for when they are taken, not when they are submitted. A software rasteriser draws on
    /// its own threads but reads on the caller's, so asking early would wait; a graphics card copies in its own time.</param>
    internal Readback(GraphicsDevice device, int width, int height, FramePool pool, bool readLate)
    {
        (_device, _pool, _readLate) = (device, pool, readLate);
        (Width, Height) = (width, height);
        _ring = new Slot[Slots];
        for (var i = 0; i < Slots; i++)
            _ring[i] = new Slot(new RenderTarget(device, width, height), new PixelBuffer(device, width * height * 4, toDevice: false));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Pictures submitted and not yet taken.</summary>
    public int Pending => (int)(_submitted - _taken);

    /// <summary>Where to draw the next picture.</summary>
    public RenderTarget Target => Pending < Slots ? _ring[_submitted % Slots].Target
        : throw new InvalidOperationException("Take a picture before drawing the next.");

    /// <summary>Hands over what was drawn to <see cref="Target"/>; the delivered frame carries the stamps given here.</summary>
    public void Submit(long sequence, TimeSpan timestamp, long capturedAt)
    {
        _device.AssertThread();
        ref var slot = ref _ring[_submitted++ % Slots];
        (slot.Sequence, slot.Timestamp, slot.CapturedAt) = (sequence, timestamp, capturedAt);
        if (!_readLate)
            Ask(slot);
        _device.GL.Flush();
    }

    /// <summary>The oldest picture, the caller's to dispose, once a newer one was submitted; so the newest has time to be drawn.</summary>
    public bool TryTake(out Frame? frame)
    {
        frame = Pending > 1 ? Take() : null;
        return frame is not null;
    }

    /// <summary>The oldest picture, waiting for it if need be, the caller's to dispose; null when all were taken.</summary>
    public Frame? Drain() => Pending > 0 ? Take() : null;

    public void Dispose()
    {
        foreach (var slot in _ring)
        {
            slot.Target.Dispose();
            slot.Pixels.Dispose();
        }
    }

    private Frame Take()
    {
        _device.AssertThread();
        ref var slot = ref _ring[_taken % Slots];
        if (_readLate)
            Ask(slot);
        var frame = _pool.Rent(Width, Height);
        (frame.Sequence, frame.Timestamp, frame.CapturedAt) = (slot.Sequence, slot.Timestamp, slot.CapturedAt);
        slot.Pixels.Bind();
        PackedPixels.BgraToBgr(slot.Pixels.Map(), (byte*)frame.Address, Width * Height);
        slot.Pixels.Unmap();
        slot.Pixels.Unbind();
        _taken++;
        return frame;
    }

    private void Ask(in Slot slot)
    {
        slot.Target.Bind();
        slot.Pixels.Bind();
        _device.GL.ReadPixels(0, 0, (uint)Width, (uint)Height, PixelFormat.Bgra, PixelType.UnsignedInt8888Rev, null);
        slot.Pixels.Unbind();
    }

    private record struct Slot(RenderTarget Target, PixelBuffer Pixels, long Sequence = 0, TimeSpan Timestamp = default, long CapturedAt = 0);
}
