using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>One drawing step: a material over a rectangle of a target.</summary>
/// <param name="material">What to draw with; its textures are the inputs.</param>
/// <param name="blend">Whether the result (colour multiplied by coverage) is laid over what is there, or replaces it.</param>
public sealed class RenderPass(Material material, bool blend = false)
{
    public Material Material { get; } = material;

    /// <summary>Draws over <paramref name="rectangle"/>, nowhere outside of it.</summary>
    public void Draw(RenderTarget target, PixelRectangle rectangle) => Draw(target, rectangle, rectangle);

    /// <summary>Draws the part of <paramref name="rectangle"/> that lies in <paramref name="clip"/>.</summary>
    public void Draw(RenderTarget target, PixelRectangle rectangle, PixelRectangle clip)
    {
        var visible = clip.Intersect(target.Bounds);
        if (visible.IsEmpty || rectangle.IsEmpty)
            return;
        var gl = Material.Shader.Program.Device.GL;
        target.Bind();
        target.Clip(visible);
        gl.Enable(EnableCap.ScissorTest);
        if (blend)
            gl.Enable(EnableCap.Blend);
        Material.Set("rectangle", target.ToDevice(rectangle));
        Material.Apply();
        gl.DrawArrays(PrimitiveType.TriangleStrip, 0, 4);
        gl.Disable(EnableCap.Blend);
        gl.Disable(EnableCap.ScissorTest);
    }
}
