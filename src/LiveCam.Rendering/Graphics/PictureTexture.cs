using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// The newest camera picture on the graphics card. Uploads go through a ring of pixel buffers, so that writing the next picture
/// never waits for the card to have read the last one.
/// </summary>
public sealed unsafe class PictureTexture : IDisposable
{
    private const int RingLength = 3;

    private readonly GraphicsDevice _device;
    private readonly PixelBuffer?[] _ring = new PixelBuffer?[RingLength];
    private int _next;
    private (Frame? Frame, long Sequence, TimeSpan Timestamp, long CapturedAt) _shown;

    public PictureTexture(GraphicsDevice device) => _device = device;

    /// <summary>The picture, [height, width] BGRA, or null before the first. A target only so that it can be copied from.</summary>
    public RenderTarget? Target { get; private set; }

    /// <summary>Uploads <paramref name="frame"/> unless it is the one already there. The frame stays the caller's.</summary>
    public void Show(Frame frame)
    {
        var identity = (frame, frame.Sequence, frame.Timestamp, frame.CapturedAt);
        if (Target is not null && identity == _shown)
            return;
        _shown = identity;
        if (Target is null || Target.Width != frame.Width || Target.Height != frame.Height)
            Resize(frame.Width, frame.Height);
        Upload(frame, _ring[_next]!);
        _next = (_next + 1) % RingLength;
    }

    public void Dispose()
    {
        Target?.Dispose();
        foreach (var buffer in _ring)
            buffer?.Dispose();
    }

    private void Upload(Frame frame, PixelBuffer buffer)
    {
        buffer.Bind();
        PackedPixels.BgrToBgra((byte*)frame.Address, buffer.Map(), frame.Width * frame.Height);
        buffer.Unmap();
        Target!.Texture!.Upload(null, frame.Width, frame.Height);
        buffer.Unbind();
    }

    private void Resize(int width, int height)
    {
        Dispose();
        Target = new RenderTarget(_device, width, height);
        for (var i = 0; i < RingLength; i++)
            _ring[i] = new PixelBuffer(_device, width * height * 4, toDevice: true);
    }
}
