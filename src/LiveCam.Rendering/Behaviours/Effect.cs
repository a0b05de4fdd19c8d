using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>One full-screen effect: its shader, compiled when first used, its parameters, and a copy of what was drawn before it.</summary>
internal sealed class Effect : IDisposable
{
    private readonly Stage _stage;
    private readonly List<UniformAnnotation> _uniforms;
    private RenderPass? _pass;
    private RenderTarget? _before;

    /// <summary>Adds the effect's parameters. Throws <see cref="LiveCamException"/> when a uniform is not annotated properly.</summary>
    public Effect(string name, Stage stage)
    {
        (Name, _stage) = (name, stage);
        _uniforms = UniformAnnotation.Parse(name, File.ReadAllLines(Path.Combine(stage.Shaders.Folder, ShaderFile)));
        foreach (var uniform in _uniforms)
            stage.Parameters.Add(uniform.Parameter);
    }

    public string Name { get; }

    private string ShaderFile => $"effects/{Name}.frag";

    /// <summary>Compiles the shader when that was not done yet; an error is named on screen, and the effect stays out until its file is saved
    /// again.</summary>
    public bool TryCompile()
    {
        try
        {
            _pass ??= new RenderPass(new Material(_stage.Shaders.Load(ShaderFile)));
            _stage.Notices.Withdraw($"effect {Name}");
            return true;
        }
        catch (LiveCamException e)
        {
            _stage.Notices.Raise($"effect {Name}", $"{e.On}: {e.Why}");
            return false;
        }
    }

    /// <summary>Draws over the panes of <paramref name="viewport"/>; only after <see cref="TryCompile"/>.</summary>
    public void Draw(in Viewport viewport, Texture heat, PictureRegion region, float time)
    {
        var (target, panes) = (viewport.Target, viewport.Panes);
        if (_before is null || _before.Width != target.Width || _before.Height != target.Height)
        {
            _before?.Dispose();
            _before = new RenderTarget(_stage.Device, target.Width, target.Height);
        }
        _before.CopyFrom(target);
        var material = _pass!.Material;
        foreach (var uniform in _uniforms)
            uniform.Apply(material);
        material.Set("scene", _before.Texture!);
        material.Set("sceneRectangle", InStoredRows(panes, target));
        material.Set("heatRectangle", Share(viewport.Heated, panes));
        material.Set("resolution", new Vector2(panes.Width, panes.Height));
        material.Set("time", time);
        material.Set("field", heat);
        material.Set("region", new Vector4(region.X, region.Y, region.Width, region.Height));
        _pass.Draw(target, panes);
    }

    public void Dispose() => _before?.Dispose();

    // A window's rows are stored bottom-up, and its copy's too.
    private static Vector4 InStoredRows(PixelRectangle part, RenderTarget target)
    {
        var share = Share(part, target.Bounds);
        return target.IsTopDown ? share : new Vector4(share.X, 1 - share.Y, share.Z, -share.W);
    }

    private static Vector4 Share(PixelRectangle part, PixelRectangle whole) => new(
        (part.X - whole.X) / (float)whole.Width, (part.Y - whole.Y) / (float)whole.Height,
        part.Width / (float)whole.Width, part.Height / (float)whole.Height);
}
