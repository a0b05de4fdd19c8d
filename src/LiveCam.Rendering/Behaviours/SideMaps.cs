using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// Maps beside the explained one, each over the same picture, in the same colours, scaled by its own maximum that moves at the same pace: rivals, the
/// referee, the network with random weights. The first rival can also share the heated pane, by a divider or in turns.
/// </summary>
public sealed class SideMaps : Behaviour
{
    private const int Split = 0;
    private const int Swipe = 1;
    private const int Flicker = 2;

    private readonly List<Shown> _shown = [];
    private readonly Divider _divider = new();
    private ChoiceParameter _view = null!;
    private NumberParameter _pace = null!;
    private NumberParameter _place = null!;

    private bool HasRival => Stage.Explanation?.Side(SideMapKind.Rival) is not null;

    /// <summary>Whether the first rival is in the heated pane now.</summary>
    private bool SharesPane => _view.Index != Split && HasRival && !Stage.Arrangement.Layout.Has(PaneContent.Rival, 0);

    private bool IsRivalsTurn => (long)(Stage.Clock.Now.TotalSeconds / _pace.Value) % 2 == 1;

    public override void Awake()
    {
        _view = Stage.Parameters.Add(new ChoiceParameter("compare.view", "split", ["split", "swipe", "flicker"],
            "the first of compare.with beside the explained map, behind a divider in the same pane, or in turns with it"));
        _place = Stage.Parameters.Add(new NumberParameter("compare.divider", 0.5, 0, 1, 0.05, "where the view 'swipe' changes to the other map, from the left"));
        _pace = Stage.Parameters.Add(new NumberParameter("compare.pace", 0.8, 0.1, 10, 0.1, "seconds each map is shown in the view 'flicker'"));
    }

    public override void Update()
    {
        Stage.HeatShare = !SharesPane ? 1 : _view.Index == Swipe ? (float)_place.Value : IsRivalsTurn ? 0 : 1;
        if (Stage.Explanation is not { } explanation)
            return;
        var rivals = 0;
        for (var i = 0; i < explanation.SideCount; i++)
        {
            var content = ContentOf(explanation.Side(i).Kind);
            var nth = content == PaneContent.Rival ? rivals++ : 0;
            if (content != PaneContent.Rival || nth > 0 || !SharesPane)
                Stage.Want(content, nth, large: content == PaneContent.Rival && nth == 0);
        }
    }

    public override void LateUpdate()
    {
        if (Stage.Explanation is not { } explanation || Stage.HeatmapParameters is not { } parameters)
            return;
        var rivals = 0;
        for (var i = 0; i < explanation.SideCount; i++)
        {
            if (i == _shown.Count)
                _shown.Add(new Shown(Stage, parameters));
            var side = explanation.Side(i);
            _shown[i].Follow(explanation, side, side.Kind == SideMapKind.Rival ? rivals++ : 0, parameters.Shares(Stage.Clock));
        }
        if ((rivals > 0 || !Stage.Arrangement.Layout.IsSingle) && Stage.HeatShare > 0)
            Stage.Labels.Add(new PaneLabel(PaneContent.Heat, 0, explanation.Pixels is { } pixels && !Stage.Arrangement.Has(PaneContent.Pixels, 0) ? pixels.Title : explanation.Method));
        for (var i = 0; i < explanation.SideCount; i++)
            Label(_shown[i], explanation.Side(i));
    }

    public override void Draw(in Viewport viewport)
    {
        if (Stage.Explanation is not { } explanation)
            return;
        for (var i = 0; i < Math.Min(explanation.SideCount, _shown.Count); i++)
        {
            var shown = _shown[i];
            if (viewport.Find(shown.Content, shown.Nth) is { } pane)
                shown.Overlay.Draw(viewport.Target, pane.Place, View, pane.Place);
            else if (SharesPane && shown is { Content: PaneContent.Rival, Nth: 0 })
                DrawShared(viewport, shown);
        }
    }

    /// <summary>Drags the divider between two maps.</summary>
    public override void OnInput(in InputEvent input)
    {
        if (SharesPane && !Stage.IsPainting && _view.Index == Swipe && _divider.Drag(input, Stage.Window?.Heated ?? default, _place.Value) is { } share)
            _place.Value = share;
    }

    public override void OnDestroy()
    {
        foreach (var shown in _shown)
            shown.Overlay.Dispose();
    }

    // Beside each other, maps are compared in the same view and colours; those that need a second picture are for the explained one alone.
    private HeatmapView View => Stage.HeatmapParameters!.Shown switch
    {
        HeatmapView.Side or HeatmapView.Wipe => HeatmapView.Overlay,
        var view => view,
    };

    private static PaneContent ContentOf(SideMapKind kind) => kind switch
    {
        SideMapKind.Rival => PaneContent.Rival,
        SideMapKind.Referee => PaneContent.Referee,
        _ => PaneContent.Randomised,
    };

    private void DrawShared(in Viewport viewport, Shown shown)
    {
        var pane = viewport.Heated;
        var from = Divider.At(pane, Stage.HeatShare);
        shown.Overlay.Draw(viewport.Target, pane, View, new PixelRectangle(from, pane.Y, pane.Right - from, pane.Height));
        if (_view.Index == Swipe)
            Divider.Draw(viewport.Target, pane, _place.Value);
    }

    private void Label(Shown shown, SideMap side)
    {
        if (SharesPane && shown is { Content: PaneContent.Rival, Nth: 0 })
        {
            if (Stage.HeatShare < 1)
                Stage.Labels.Add(new PaneLabel(PaneContent.Heat, 0, side.Title, side.Note, Stage.HeatShare));
            return;
        }
        Stage.Labels.Add(new PaneLabel(shown.Content, shown.Nth, side.Title, NoteOf(side), Progress: side.Progress));
    }

    private static string NoteOf(SideMap side) => side.State switch
    {
        MapState.NoPositiveEvidence when side.Note.Length == 0 && side.Progress >= 1 => "no positive evidence",
        MapState.NotANumber => "not a number",
        _ => side.Note,
    };

    /// <summary>One map, with what it takes to be shown.</summary>
    private sealed class Shown(Stage stage, HeatmapParameters parameters)
    {
        private readonly MapSmoother _smoother = new();
        private string _title = "";

        public HeatOverlay Overlay { get; } = new(stage, parameters, stage.Colormaps.Lookups);

        public PaneContent Content { get; private set; }

        public int Nth { get; private set; }

        public void Follow(Explanation explanation, SideMap side, int nth, (float Values, float Scale) shares)
        {
            (Content, Nth, Overlay.Field.Region) = (ContentOf(side.Kind), nth, explanation.Region);
            if (!ReferenceEquals(_title, side.Title) && side.Kind != SideMapKind.Referee)
                _smoother.Forget();
            _title = side.Title;
            // A map that emerges is not to lag behind itself.
            var share = side.Kind == SideMapKind.Referee ? (Values: 1f, Scale: 1f) : shares;
            _smoother.Approach(new Explanation.Target(explanation.Targets[0].Class, explanation.Targets[0].Against, side.State, side.Maximum), side.Values, share.Values, share.Scale);
            if (_smoother.Write(Overlay.HeatOf(1, side.Width, side.Height)) || Overlay.Field.Field is null)
                Overlay.Upload(1, hues: true);
        }
    }
}
