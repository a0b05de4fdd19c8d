using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The unit pinned on the wall: where in the picture it fires, or what in the pixels makes it fire, where that was asked for.</summary>
public sealed class PinnedUnit : Behaviour
{
    private readonly ReliefColours _colours = new();
    private readonly MapSmoother _smoother = new();
    private HeatOverlay? _overlay;
    private SheetTexture _relief = null!;
    private (Explanation? Of, long Frame) _drawn;
    private (string Layer, int Unit, string Text) _title = ("", -1, "");

    private ActivationWall? Pinned => Stage.Explanation?.Wall is { Pinned: >= 0 } wall ? wall : null;

    public override void Awake() => _relief = new SheetTexture(Stage, linear: true);

    public override void Update()
    {
        if (Pinned is not null)
            Stage.Want(PaneContent.Unit);
    }

    public override void LateUpdate()
    {
        if (Pinned is not { } wall || Stage.HeatmapParameters is not { } parameters)
            return;
        var explanation = Stage.Explanation!;
        if (_title.Unit != wall.Pinned || !ReferenceEquals(_title.Layer, wall.Layer))
        {
            _smoother.Forget();
            _title = (wall.Layer, wall.Pinned, string.Create(CultureInfo.InvariantCulture, $"unit {wall.Pinned}"));
        }
        Stage.Labels.Add(new PaneLabel(PaneContent.Unit, 0, _title.Text, explanation.UnitPixels?.Title ?? "where it fires"));
        var wanted = (explanation, explanation.Frame!.Sequence);
        if (explanation.UnitPixels is { } pixels)
        {
            if (wanted != _drawn)
                _relief.Upload(_colours.Of(pixels, 0, pixels.Display, over: false, gain: 1), pixels.Width, pixels.Height);
        }
        else
            Follow(wall, explanation, parameters);
        _drawn = wanted;
    }

    public override void Draw(in Viewport viewport)
    {
        if (Pinned is null || viewport.Find(PaneContent.Unit) is not { Place: { IsEmpty: false } place })
            return;
        if (Stage.Explanation!.UnitPixels is not null)
            _relief.Draw(viewport.Target, place.Part(Stage.Explanation.Region).Intersect(place));
        else
            _overlay?.Draw(viewport.Target, place, HeatmapView.Overlay, place);
    }

    public override void OnDestroy()
    {
        _overlay?.Dispose();
        _relief?.Dispose();
    }

    // The unit's own map, as heat from 0 to its largest value.
    private void Follow(ActivationWall wall, Explanation explanation, HeatmapParameters parameters)
    {
        _overlay ??= new HeatOverlay(Stage, parameters, Stage.Colormaps.Lookups);
        var peak = wall.Peak[wall.Pinned];
        var state = !float.IsFinite(peak) ? MapState.NotANumber : peak > 0 ? MapState.Evidence : MapState.NoPositiveEvidence;
        var (share, scaleShare) = parameters.Shares(Stage.Clock);
        _smoother.Approach(new Explanation.Target(explanation.Targets[0].Class, null, state, peak), wall.ValuesOf(wall.Pinned), share, scaleShare);
        _overlay.Field.Region = explanation.Region;
        if (_smoother.Write(_overlay.HeatOf(1, wall.Width, wall.Height)) || _overlay.Field.Field is null)
            _overlay.Upload(1, hues: false);
    }
}
