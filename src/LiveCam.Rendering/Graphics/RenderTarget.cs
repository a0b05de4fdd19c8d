using System.Numerics;
using LiveCam.Core;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>
/// What is drawn to: a texture, whose rows are stored top-down so that a readback needs no flip, or the window's framebuffer, which
/// OpenGL stores bottom-up. Rectangles are given from the top left in either.
/// </summary>
public sealed class RenderTarget : IDisposable
{
    private readonly GraphicsDevice _device;
    private readonly Framebuffer? _framebuffer;

    /// <summary>A texture to draw to.</summary>
    /// <param name="device">The device.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="format">See <see cref="TextureFormat"/>.</param>
    /// <param name="linear">Whether what was drawn is interpolated where it is read between pixels.</param>
    /// <exception cref="LiveCamException">The device draws nothing as large.</exception>
    public RenderTarget(GraphicsDevice device, int width, int height, TextureFormat format = TextureFormat.Bgra8, bool linear = true)
    {
        if (Math.Max(width, height) > device.MostPixels)
            throw TooLarge(width, height, device);
        (_device, Width, Height) = (device, width, height);
        Texture = new Texture(device, width, height, format, linear);
        _framebuffer = new Framebuffer(device, Texture);
    }

    /// <summary>What is said of a picture that the device cannot draw.</summary>
    public static LiveCamException TooLarge(int width, int height, GraphicsDevice device) =>
        new("Cannot draw", $"{width}x{height} pixels", $"OpenGL draws at most {device.MostPixels} each way here", "Make the picture smaller");

    private RenderTarget(GraphicsDevice device) => _device = device;

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>What was drawn, or null for a window.</summary>
    public Texture? Texture { get; }

    public bool IsTopDown => Texture is not null;

    public PixelRectangle Bounds => new(0, 0, Width, Height);

    private uint Handle => _framebuffer?.Handle ?? 0;

    /// <summary>The window's framebuffer, of no size until <see cref="Resize"/>.</summary>
    internal static RenderTarget Window(GraphicsDevice device) => new(device);

    internal void Resize(int width, int height) => (Width, Height) = (width, height);

    internal void Bind()
    {
        _device.AssertThread();
        _device.GL.BindFramebuffer(FramebufferTarget.Framebuffer, Handle);
        _device.GL.Viewport(0, 0, (uint)Width, (uint)Height);
    }

    /// <summary>Fills everything with one colour.</summary>
    internal void Clear(Vector3 colour)
    {
        Bind();
        _device.GL.ClearColor(colour.X, colour.Y, colour.Z, 1);
        _device.GL.Clear(ClearBufferMask.ColorBufferBit);
    }

    /// <summary>Fills a rectangle with one colour.</summary>
    internal void Fill(PixelRectangle rectangle, Vector3 colour)
    {
        Clip(rectangle);
        _device.GL.Enable(EnableCap.ScissorTest);
        Clear(colour);
        _device.GL.Disable(EnableCap.ScissorTest);
    }

    /// <summary>Copies all of <paramref name="source"/> here, pixel by pixel; both have the same size.</summary>
    internal void CopyFrom(RenderTarget source) => CopyFrom(source, 0, 0);

    /// <summary>Copies all of <paramref name="source"/> to (<paramref name="x"/>, <paramref name="y"/>) of this target, counted in stored
    /// rows.</summary>
    internal void CopyFrom(RenderTarget source, int x, int y)
    {
        var gl = _device.GL;
        gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, source.Handle);
        gl.BindFramebuffer(FramebufferTarget.DrawFramebuffer, Handle);
        gl.BlitFramebuffer(0, 0, source.Width, source.Height, x, y, x + source.Width, y + source.Height,
            ClearBufferMask.ColorBufferBit, BlitFramebufferFilter.Nearest);
        gl.BindFramebuffer(FramebufferTarget.Framebuffer, Handle);
    }

    /// <summary>A rectangle in normalised device coordinates: its top left corner, and the way from there to the bottom right one.</summary>
    internal Vector4 ToDevice(PixelRectangle rectangle)
    {
        var (x, y) = (2f * rectangle.X / Width - 1, 2f * rectangle.Y / Height - 1);
        var (width, height) = (2f * rectangle.Width / Width, 2f * rectangle.Height / Height);
        return IsTopDown ? new Vector4(x, y, width, height) : new Vector4(x, -y, width, -height);
    }

    /// <summary>Confines drawing to a rectangle.</summary>
    internal void Clip(PixelRectangle rectangle)
    {
        var y = IsTopDown ? rectangle.Y : Height - rectangle.Bottom;
        _device.GL.Scissor(rectangle.X, y, (uint)Math.Max(0, rectangle.Width), (uint)Math.Max(0, rectangle.Height));
    }

    public void Dispose()
    {
        _framebuffer?.Dispose();
        Texture?.Dispose();
    }

    private sealed class Framebuffer : GraphicsObject
    {
        public Framebuffer(GraphicsDevice device, Texture texture)
            : base(device, ObjectKind.Framebuffer)
        {
            GL.BindFramebuffer(FramebufferTarget.Framebuffer, Handle);
            GL.FramebufferTexture2D(FramebufferTarget.Framebuffer, FramebufferAttachment.ColorAttachment0,
                TextureTarget.Texture2D, texture.Handle, 0);
            if (GL.CheckFramebufferStatus(FramebufferTarget.Framebuffer) != GLEnum.FramebufferComplete)
                throw new InvalidOperationException($"OpenGL cannot draw to a {texture.Format} texture.");
        }
    }
}
