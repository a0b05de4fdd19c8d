using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>Many small pictures of one size, one 32-bit float a texel, read without interpolation.</summary>
public sealed unsafe class TextureArray : GraphicsObject
{
    /// <param name="device">The device.</param>
    /// <param name="width">Texels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="layers">Pictures, at most <see cref="MostLayers"/>.</param>
    public TextureArray(GraphicsDevice device, int width, int height, int layers)
        : base(device, ObjectKind.Texture)
    {
        (Width, Height, Layers) = (width, height, layers);
        Bind(0);
        GL.TexImage3D(TextureTarget.Texture2DArray, 0, (int)InternalFormat.R32f, (uint)width, (uint)height, (uint)layers, 0, PixelFormat.Red, PixelType.Float, null);
        GL.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMaxLevel, 0);
        GL.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMinFilter, (int)GLEnum.Nearest);
        GL.TexParameter(TextureTarget.Texture2DArray, TextureParameterName.TextureMagFilter, (int)GLEnum.Nearest);
    }

    public int Width { get; }

    public int Height { get; }

    public int Layers { get; }

    /// <summary>How many pictures a device takes: at least 256.</summary>
    public static int MostLayers(GraphicsDevice device) => device.GL.GetInteger(GLEnum.MaxArrayTextureLayers);

    /// <summary>Replaces all pictures, [layers, height, width].</summary>
    public void Upload(ReadOnlySpan<float> texels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(texels.Length, Width * Height * Layers);
        Bind(0);
        fixed (float* address = texels)
            GL.TexSubImage3D(TextureTarget.Texture2DArray, 0, 0, 0, 0, (uint)Width, (uint)Height, (uint)Layers, PixelFormat.Red, PixelType.Float, address);
    }

    internal void Bind(int unit)
    {
        Device.AssertThread();
        GL.ActiveTexture(TextureUnit.Texture0 + unit);
        GL.BindTexture(TextureTarget.Texture2DArray, Handle);
    }
}
