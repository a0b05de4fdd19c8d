using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Maps laid over a pane, in one of the <see cref="HeatmapView"/>s: what was uploaded last, at the parameters' present values. Used by the render
/// thread; owns its textures.</summary>
internal sealed class HeatOverlay : IDisposable
{
    private static readonly HeatmapView[] Views = Enum.GetValues<HeatmapView>();

    private readonly Stage _stage;
    private readonly HeatmapParameters _parameters;
    private readonly IReadOnlyList<Texture> _lookups;
    private readonly RenderPass[] _passes = new RenderPass[Views.Length];
    private readonly RenderPass _layerPass;
    private readonly BySize<(int Width, int Height), HeatLayer> _layers;
    private float[] _heat = [];
    private int _targets;

    /// <param name="stage">Device and shaders.</param>
    /// <param name="parameters">How it is shown.</param>
    /// <param name="lookups">The colormaps, the caller's.</param>
    public HeatOverlay(Stage stage, HeatmapParameters parameters, IReadOnlyList<Texture> lookups)
    {
        (_stage, _parameters, _lookups) = (stage, parameters, lookups);
        _layers = new(size => new HeatLayer(stage.Device, size.Width, size.Height));
        Field = new HeatField(stage.Device, stage.Shaders);
        foreach (var view in Views)
            _passes[(int)view] = new RenderPass(new Material(stage.Shaders.Load("heatmap.frag", Variant(view))), blend: view == HeatmapView.Contours);
        _layerPass = new RenderPass(new Material(stage.Shaders.Load("layer.frag")), blend: true);
    }

    /// <summary>The maps on the graphics card.</summary>
    public HeatField Field { get; }

    /// <summary>Cells of a map.</summary>
    public (int Width, int Height) MapSize { get; private set; }

    /// <summary>Room for the heat of so many maps, [count, height, width], 0..1; to be filled before <see cref="Upload"/>. What was there stays.</summary>
    public Span<float> HeatOf(int count, int width, int height)
    {
        MapSize = (width, height);
        if (_heat.Length < count * width * height)
            _heat = new float[count * width * height];
        return _heat.AsSpan(0, count * width * height);
    }

    /// <summary>Hands the first <paramref name="count"/> maps over, and mixes their hues when they are wanted.</summary>
    public void Upload(int count, bool hues)
    {
        _targets = count;
        Field.Upload(_heat, count, MapSize.Width, MapSize.Height, hues);
    }

    /// <summary>Draws over a pane, nowhere outside of <paramref name="clip"/>.</summary>
    public void Draw(RenderTarget target, PixelRectangle pane, HeatmapView view, PixelRectangle clip)
    {
        if (Field.Field is null || pane.IsEmpty || view == HeatmapView.Picture)
            return;
        var pass = _passes[(int)view];
        var key = Prepare(pass.Material, pane, view);
        clip = clip.Intersect(Warm(pane, view));
        if (view == HeatmapView.Contours)
        {
            pass.Draw(target, pane, clip);
            return;
        }
        var layer = _layers.For(HeatLayer.SizeFor(pane, MapSize.Width, MapSize.Height));
        layer.Draw(pass, key);
        _layerPass.Material.Set("layer", layer.Texture);
        _layerPass.Draw(target, pane, clip);
    }

    public void Dispose()
    {
        Field.Dispose();
        _layers.Dispose();
    }

    private static string Variant(HeatmapView view) => view switch
    {
        HeatmapView.Contours or HeatmapView.Spotlight or HeatmapView.Hues or HeatmapView.Map => view.ToString().ToUpperInvariant(),
        _ => "OVERLAY",
    };

    // Hands the shader its values, and returns those that decide how a layer looks.
    private HeatLayer.Key Prepare(Material material, PixelRectangle pane, HeatmapView view)
    {
        var region = new Vector4(Field.Region.X, Field.Region.Y, Field.Region.Width, Field.Region.Height);
        var (opacity, threshold) = ((float)_parameters.Opacity.Value, (float)_parameters.Threshold.Value);
        material.Set("field", view == HeatmapView.Hues ? Field.HueField! : Field.Field!);
        material.Set("region", region);
        material.Set("lookup", _lookups[_parameters.Colormap.Index]);
        material.Set("opacity", opacity);
        material.Set("threshold", threshold);
        material.Set("contours", (float)_parameters.Contours.Value);
        material.Set("lineWidth", Math.Max(1.5f, pane.Height / 360f));
        return new HeatLayer.Key(Field.Version, view, _parameters.Colormap.Index, opacity, threshold, region, _stage.Shaders.Reloads);
    }

    // The part of the pane that can change: where no cell is warm there is nothing to draw, and drawing costs by the pixel.
    private PixelRectangle Warm(PixelRectangle pane, HeatmapView view) => view is HeatmapView.Spotlight or HeatmapView.Map
        ? pane
        : HeatBounds.Of(_heat, view == HeatmapView.Hues ? _targets : 1, MapSize.Width, MapSize.Height, Field.Region, pane);
}
