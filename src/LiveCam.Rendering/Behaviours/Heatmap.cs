using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Lays the newest explanation's maps over the picture, in one of the <see cref="HeatmapView"/>s.</summary>
public sealed class Heatmap : Behaviour
{
    private static readonly HeatmapView[] Views = Enum.GetValues<HeatmapView>();

    private readonly MapSmoother[] _smoothers = [.. Enumerable.Range(0, Hues.Count).Select(_ => new MapSmoother())];
    private readonly Divider _divider = new();
    private HeatmapParameters _parameters = null!;
    private HeatOverlay _overlay = null!;
    private string _method = "";
    private string _layer = "";
    private readonly float[] _faded = [1, 1, 1, 1, 1];
    private (int Targets, int Width, int Height, bool Hues) _shown;

    private HeatmapView View => Views[_parameters.View.Index];

    public override void Awake()
    {
        _parameters = new HeatmapParameters(Stage.Parameters);
        _overlay = new HeatOverlay(Stage, _parameters, Stage.Colormaps.Lookups);
        Stage.HeatmapParameters = _parameters;
    }

    public override void Update()
    {
        if (View == HeatmapView.Side)
            Stage.Want(PaneContent.Picture, large: true);
    }

    public override void LateUpdate()
    {
        Stage.Heat = null;
        if (Stage.Explanation is not { TargetCount: > 0 } explanation)
            return;
        if (Smooth(explanation))
            _overlay.Upload(_shown.Targets, _shown.Hues);
        _overlay.Field.Region = explanation.Region;
        if (_overlay.Field.Field is not null)
            Stage.Heat = _overlay.Field;
    }

    public override void Draw(in Viewport viewport)
    {
        if (Stage.Heat is null || viewport.Heated.IsEmpty)
            return;
        var pane = viewport.Heated;
        var clip = pane with { Width = (int)Math.Round(Stage.HeatShare * pane.Width) };
        if (View == HeatmapView.Wipe)
        {
            var divider = Divider.At(pane, _parameters.Divider.Value);
            clip = clip.Intersect(new PixelRectangle(divider, pane.Y, pane.Right - divider, pane.Height));
        }
        _overlay.Draw(viewport.Target, pane, View, clip);
        if (View == HeatmapView.Wipe)
            Divider.Draw(viewport.Target, pane, _parameters.Divider.Value);
    }

    /// <summary>Drags the divider of the wipe.</summary>
    public override void OnInput(in InputEvent input)
    {
        if (View == HeatmapView.Wipe && !Stage.IsPainting && _divider.Drag(input, Stage.Window?.Heated ?? default, _parameters.Divider.Value) is { } share)
            _parameters.Divider.Value = share;
    }

    public override void OnDestroy() => _overlay?.Dispose();

    // Moves the shown maps towards the explanation's; true when what is shown has changed.
    private bool Smooth(Explanation explanation)
    {
        var (width, height) = (explanation.MapWidth, explanation.MapHeight);
        var shown = (Math.Min(explanation.TargetCount, Hues.Count), width, height, View == HeatmapView.Hues);
        var changed = shown != _shown;
        _shown = shown;
        if (!ReferenceEquals(explanation.Method, _method) || !ReferenceEquals(explanation.Layer, _layer))
        {
            (_method, _layer) = (explanation.Method, explanation.Layer);
            foreach (var smoother in _smoothers)
                smoother.Forget();
        }
        var (share, scaleShare) = _parameters.Shares(Stage.Clock);
        var heat = _overlay.HeatOf(Hues.Count, width, height);
        for (var i = 0; i < _shown.Targets; i++)
        {
            _smoothers[i].Approach(explanation.Targets[i], explanation.Map(i), share, scaleShare);
            changed |= _smoothers[i].Write(heat.Slice(i * width * height, width * height));
            var opacity = (float)_parameters.Classes[i].Value;
            if (!_shown.Hues || opacity == _faded[i])
                continue;
            (_faded[i], changed) = (opacity, true);
            _overlay.Field.Fade(i, opacity);
        }
        return changed;
    }
}
