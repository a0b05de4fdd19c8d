using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Lays the newest explanation's maps over the picture, in one of the <see cref="HeatmapView"/>s.</summary>
public sealed class Heatmap : Behaviour
{
    private static readonly HeatmapView[] Views = Enum.GetValues<HeatmapView>();

    private readonly MapSmoother[] _smoothers = [.. Enumerable.Range(0, Hues.Count).Select(_ => new MapSmoother())];
    private readonly Texture[] _lookups = new Texture[Colormap.Names.Count];
    private readonly RenderPass[] _passes = new RenderPass[Views.Length];
    private HeatmapParameters _parameters = null!;
    private HeatField _field = null!;
    private readonly List<HeatLayer> _layers = [];
    private RenderPass _layerPass = null!;
    private string _method = "";
    private string _layer = "";
    private float[] _heat = [];
    private int _targets;
    private bool _withHues;
    private (int Width, int Height) _mapSize;
    private PixelRectangle _pane;
    private bool _dragging;

    private HeatmapView View => Views[_parameters.View.Index];

    public override void Awake()
    {
        _parameters = new HeatmapParameters(Stage.Parameters);
        _field = new HeatField(Stage.Device, Stage.Shaders);
        for (var i = 0; i < _lookups.Length; i++)
        {
            _lookups[i] = new Texture(Stage.Device, Colormap.Size, 1, TextureFormat.Bgra8, linear: false);
            _lookups[i].Upload<byte>(Colormap.Lookup(i));
        }
        foreach (var view in Views)
            _passes[(int)view] = new RenderPass(new Material(Stage.Shaders.Load("heatmap.frag", Variant(view))), blend: view == HeatmapView.Contours);
        _layerPass = new RenderPass(new Material(Stage.Shaders.Load("layer.frag")), blend: true);
    }

    public override void Update() => Stage.SideBySide = View == HeatmapView.Side;

    public override void LateUpdate()
    {
        Stage.Heat = null;
        if (Stage.Explanation is not { TargetCount: > 0 } explanation)
            return;
        if (Smooth(explanation))
            _field.Upload(_heat, _targets, _mapSize.Width, _mapSize.Height, _withHues);
        _field.Region = explanation.Region;
        if (_field.Field is not null)
            Stage.Heat = _field;
    }

    public override void Draw(in Viewport viewport)
    {
        if (!viewport.Target.IsTopDown)
            _pane = viewport.Heated;
        if (Stage.Heat is null || viewport.Heated.IsEmpty || View == HeatmapView.Picture)
            return;
        var pass = _passes[(int)View];
        var key = Prepare(pass.Material, viewport.Heated);
        if (View == HeatmapView.Contours)
            pass.Draw(viewport.Target, viewport.Heated, Clip(viewport.Heated));
        else
            DrawLayer(viewport, pass, key);
        if (View == HeatmapView.Wipe)
            DrawDivider(viewport);
    }

    /// <summary>Drags the divider of the wipe.</summary>
    public override void OnInput(in InputEvent input)
    {
        if (View != HeatmapView.Wipe || _pane.IsEmpty)
            return;
        if (input.Kind == InputKind.MouseDown)
            _dragging = Math.Abs(input.X - DividerX(_pane)) <= Math.Max(12, _pane.Width / 50);
        if (input.Kind == InputKind.MouseUp)
            _dragging = false;
        if (input.Kind == InputKind.MouseMove && _dragging)
            _parameters.Divider.Value = (input.X - _pane.X) / _pane.Width;
    }

    public override void OnDestroy()
    {
        _field?.Dispose();
        foreach (var layer in _layers)
            layer.Dispose();
        foreach (var lookup in _lookups)
            lookup?.Dispose();
    }

    private static string Variant(HeatmapView view) => view switch
    {
        HeatmapView.Contours or HeatmapView.Spotlight or HeatmapView.Hues or HeatmapView.Map => view.ToString().ToUpperInvariant(),
        _ => "OVERLAY",
    };

    // Moves the shown maps towards the explanation's; true when what is shown has changed.
    private bool Smooth(Explanation explanation)
    {
        var (width, height) = (explanation.MapWidth, explanation.MapHeight);
        var targets = Math.Min(explanation.TargetCount, Hues.Count);
        var withHues = View == HeatmapView.Hues;
        var changed = targets != _targets || _mapSize != (width, height) || withHues != _withHues;
        (_targets, _mapSize, _withHues) = (targets, (width, height), withHues);
        if (_heat.Length != Hues.Count * width * height)
            _heat = new float[Hues.Count * width * height];
        if (!ReferenceEquals(explanation.Method, _method) || !ReferenceEquals(explanation.Layer, _layer))
        {
            (_method, _layer) = (explanation.Method, explanation.Layer);
            foreach (var smoother in _smoothers)
                smoother.Forget();
        }
        var raw = _parameters.Raw.Value;
        var share = raw ? 1 : Stage.Clock.Approach(_parameters.Smoothing.Value);
        var scaleShare = raw ? 1 : Stage.Clock.Approach(_parameters.ScaleTime.Value);
        for (var i = 0; i < targets; i++)
        {
            _smoothers[i].Approach(explanation.Targets[i], explanation.Map(i), share, scaleShare);
            changed |= _smoothers[i].Write(_heat.AsSpan(i * width * height, width * height));
        }
        return changed;
    }

    // Hands the shader its values, and returns those that decide how a layer looks.
    private HeatLayer.Key Prepare(Material material, PixelRectangle pane)
    {
        var region = new Vector4(_field.Region.X, _field.Region.Y, _field.Region.Width, _field.Region.Height);
        var (opacity, threshold) = ((float)_parameters.Opacity.Value, (float)_parameters.Threshold.Value);
        material.Set("field", View == HeatmapView.Hues ? _field.HueField! : _field.Field!);
        material.Set("region", region);
        material.Set("lookup", _lookups[_parameters.Colormap.Index]);
        material.Set("opacity", opacity);
        material.Set("threshold", threshold);
        material.Set("contours", (float)_parameters.Contours.Value);
        material.Set("lineWidth", Math.Max(1.5f, pane.Height / 360f));
        return new HeatLayer.Key(_field.Version, View, _parameters.Colormap.Index, opacity, threshold, region, Stage.Shaders.Reloads);
    }

    private void DrawLayer(in Viewport viewport, RenderPass pass, in HeatLayer.Key key)
    {
        var layer = LayerFor(viewport.Heated);
        layer.Draw(pass, key);
        _layerPass.Material.Set("layer", layer.Texture);
        _layerPass.Draw(viewport.Target, viewport.Heated, Clip(viewport.Heated));
    }

    // One layer a size: the window's and a recording's.
    private HeatLayer LayerFor(PixelRectangle pane)
    {
        var (width, height) = HeatLayer.SizeFor(pane, _mapSize.Width, _mapSize.Height);
        foreach (var layer in _layers)
            if (layer.Width == width && layer.Height == height)
                return layer;
        if (_layers.Count == 2)
        {
            _layers[0].Dispose();
            _layers.RemoveAt(0);
        }
        _layers.Add(new HeatLayer(Stage.Device, width, height));
        return _layers[^1];
    }

    // The part of the pane that can change: where no cell is warm there is nothing to draw, and drawing costs by the pixel.
    private PixelRectangle Clip(PixelRectangle pane)
    {
        if (View is HeatmapView.Spotlight or HeatmapView.Map)
            return pane;
        var clip = HeatBounds.Of(_heat, View == HeatmapView.Hues ? _targets : 1, _mapSize.Width, _mapSize.Height, _field.Region, pane);
        var divider = View == HeatmapView.Wipe ? DividerX(pane) : pane.X;
        return clip.Intersect(new PixelRectangle(divider, pane.Y, pane.Right - divider, pane.Height));
    }

    private int DividerX(PixelRectangle pane) => pane.X + (int)Math.Round(_parameters.Divider.Value * pane.Width);

    private void DrawDivider(in Viewport viewport)
    {
        var pane = viewport.Heated;
        var unit = Math.Max(1, (int)Math.Round(pane.Height / 360.0));
        var x = DividerX(pane);
        var grip = new PixelRectangle(x - 3 * unit, pane.Y + pane.Height / 2 - 14 * unit, 6 * unit, 28 * unit);
        viewport.Target.Fill(new PixelRectangle(x - 2 * unit, pane.Y, 4 * unit, pane.Height).Intersect(pane), new Vector3(0.1f));
        viewport.Target.Fill(new PixelRectangle(x - unit, pane.Y, 2 * unit, pane.Height).Intersect(pane), Vector3.One);
        viewport.Target.Fill(grip.Intersect(pane), Vector3.One);
    }
}
