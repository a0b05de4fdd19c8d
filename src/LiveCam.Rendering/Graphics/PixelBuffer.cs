using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>Memory of the driver through which pixels travel without making either side wait (a pixel buffer object).</summary>
internal sealed unsafe class PixelBuffer : GraphicsObject
{
    private readonly BufferTargetARB _target;
    private readonly nuint _bytes;

    /// <param name="device">The device.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="toDevice">True for uploads, false for readbacks.</param>
    public PixelBuffer(GraphicsDevice device, int bytes, bool toDevice)
        : base(device, ObjectKind.Buffer)
    {
        (_target, _bytes) = (toDevice ? BufferTargetARB.PixelUnpackBuffer : BufferTargetARB.PixelPackBuffer, (nuint)bytes);
        Bind();
        GL.BufferData(_target, _bytes, null, toDevice ? BufferUsageARB.StreamDraw : BufferUsageARB.StreamRead);
        Unbind();
    }

    public void Bind() => GL.BindBuffer(_target, Handle);

    public void Unbind() => GL.BindBuffer(_target, 0);

    /// <summary>Its memory, until <see cref="Unmap"/>; the buffer must be bound.</summary>
    public byte* Map()
    {
        var access = _target == BufferTargetARB.PixelUnpackBuffer
            ? MapBufferAccessMask.WriteBit | MapBufferAccessMask.InvalidateBufferBit
            : MapBufferAccessMask.ReadBit;
        var address = (byte*)GL.MapBufferRange(_target, 0, _bytes, (uint)access);
        return address != null ? address : throw new InvalidOperationException($"OpenGL could not map {_bytes} bytes of a pixel buffer.");
    }

    public void Unmap() => GL.UnmapBuffer(_target);
}
