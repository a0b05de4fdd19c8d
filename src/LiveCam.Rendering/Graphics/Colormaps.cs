namespace LiveCam.Rendering;

/// <summary>The colormaps on the graphics card, a row of texels each. Used by the render thread; owns its textures.</summary>
internal sealed class Colormaps : IDisposable
{
    private readonly Texture[] _lookups;

    public Colormaps(GraphicsDevice device)
    {
        _lookups = [.. Colormap.Names.Select(_ => new Texture(device, Colormap.Size, 1, TextureFormat.Bgra8, linear: false))];
        for (var i = 0; i < _lookups.Length; i++)
            _lookups[i].Upload<byte>(Colormap.Lookup(i));
    }

    /// <summary>In the order of <see cref="Colormap.Names"/>.</summary>
    public IReadOnlyList<Texture> Lookups => _lookups;

    public void Dispose()
    {
        foreach (var lookup in _lookups)
            lookup.Dispose();
    }
}
