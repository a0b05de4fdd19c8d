using System.Runtime.InteropServices;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>What a texel is.</summary>
public enum TextureFormat
{
    /// <summary>Four bytes, B, G, R, A: pictures, colours, the HUD. In this order a software rasteriser has its fast path, three
    /// times as fast as R, G, B, A.</summary>
    Bgra8,
    /// <summary>One 32-bit float: maps.</summary>
    R32F,
}

/// <summary>A two-dimensional texture of fixed size, clamped at its edges, without mipmaps. Its first row is the picture's top row.</summary>
public sealed unsafe class Texture : GraphicsObject
{
    // Left unsized, the driver stores the order that the data comes in; GL_RGBA8 would fix R, G, B, A.
    private const InternalFormat Unsized = (InternalFormat)GLEnum.Rgba;

    private readonly PixelFormat _layout;
    private readonly PixelType _type;

    /// <param name="device">The device.</param>
    /// <param name="width">Texels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="format">See <see cref="TextureFormat"/>.</param>
    /// <param name="linear">Whether samples between texels are interpolated.</param>
    public Texture(GraphicsDevice device, int width, int height, TextureFormat format, bool linear)
        : base(device, ObjectKind.Texture)
    {
        (Width, Height, Format) = (width, height, format);
        (var stored, _layout, _type) = format == TextureFormat.Bgra8
            ? (Unsized, PixelFormat.Bgra, PixelType.UnsignedInt8888Rev)
            : (InternalFormat.R32f, PixelFormat.Red, PixelType.Float);
        Bind(0);
        GL.TexImage2D(TextureTarget.Texture2D, 0, (int)stored, (uint)width, (uint)height, 0, _layout, _type, null);
        GL.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureWrapS, (int)GLEnum.ClampToEdge);
        GL.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureWrapT, (int)GLEnum.ClampToEdge);
        GL.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureMaxLevel, 0);
        SetFilter(linear);
    }

    public int Width { get; }

    public int Height { get; }

    public TextureFormat Format { get; }

    /// <summary>Replaces the first <paramref name="rows"/> rows (all when 0) by <paramref name="texels"/>, rows tightly packed.</summary>
    public void Upload<T>(ReadOnlySpan<T> texels, int rows = 0)
        where T : unmanaged
    {
        rows = rows == 0 ? Height : rows;
        var bytes = MemoryMarshal.AsBytes(texels);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, Width * rows * 4);
        fixed (byte* address = bytes)
            Upload(address, Width, rows);
    }

    internal void SetFilter(bool linear)
    {
        Bind(0);
        var filter = (int)(linear ? GLEnum.Linear : GLEnum.Nearest);
        GL.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureMinFilter, filter);
        GL.TexParameter(TextureTarget.Texture2D, TextureParameterName.TextureMagFilter, filter);
    }

    /// <summary>Uploads from memory, or from the bound pixel buffer when <paramref name="address"/> is null.</summary>
    internal void Upload(byte* address, int width, int rows)
    {
        Bind(0);
        GL.TexSubImage2D(TextureTarget.Texture2D, 0, 0, 0, (uint)width, (uint)rows, _layout, _type, address);
    }

    internal void Bind(int unit)
    {
        Device.AssertThread();
        GL.ActiveTexture(TextureUnit.Texture0 + unit);
        GL.BindTexture(TextureTarget.Texture2D, Handle);
    }
}
