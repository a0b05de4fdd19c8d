namespace LiveCam.Rendering;

/// <summary>
/// A layout with everything that a frame wants to show: where one pane has the whole window, others that are wanted find room beside it. Plans are kept
/// while they hold, so that a warm frame allocates nothing. Used by the render thread.
/// </summary>
internal sealed class Arrangement
{
    /// <summary>Panes that share a column beside the large one.</summary>
    private const int SmallPerColumn = 2;

    private const int MostPlans = 2;
    private const float CaptionUnits = 54;

    private static readonly Dictionary<PaneContent, string> Off = new()
    {
        [PaneContent.Picture] = "picture",
        [PaneContent.Rival] = "no further method",
        [PaneContent.Pixels] = "pixel technique · key P",
        [PaneContent.Referee] = "perturbation referee · key J",
        [PaneContent.Randomised] = "random weights · key Z",
        [PaneContent.Wall] = "activations · off",
        [PaneContent.Unit] = "no unit pinned · click one",
        [PaneContent.Fame] = "hall of fame · key G",
        [PaneContent.Filters] = "first layer's filters · off",
        [PaneContent.Synthesis] = "synthesised input · key N",
        [PaneContent.Formula] = "formula · off",
    };

    private static readonly Dictionary<PaneContent, string> Names = new()
    {
        [PaneContent.Rival] = "another method",
        [PaneContent.Referee] = "the referee",
        [PaneContent.Randomised] = "random weights",
        [PaneContent.Wall] = "activations",
        [PaneContent.Fame] = "the hall of fame",
        [PaneContent.Synthesis] = "the synthesised input",
        [PaneContent.Formula] = "the formula",
    };

    private readonly List<(PaneContent Content, int Nth, bool Large)> _wanted = [];
    private readonly List<(PaneContent Content, int Nth, bool Large)> _arranged = [];
    private readonly List<(int Width, int Height, int PictureWidth, int PictureHeight, Pane[] Panes, PixelRectangle Hud)> _plans = [];
    private Layout _layout = Layout.Single;
    private LayoutColumn[] _columns = [.. Layout.Single.Columns];

    /// <summary>The layout that the scene or the user has chosen.</summary>
    public Layout Layout
    {
        get => _layout;
        set
        {
            _layout = value;
            Arrange();
        }
    }

    /// <summary>Counts changes.</summary>
    public int Version { get; private set; }

    /// <summary>What was wanted and has no pane in this layout, a sentence; empty where everything has one.</summary>
    public string Homeless { get; private set; } = "";

    /// <summary>Forgets what the last frame wanted.</summary>
    public void Begin() => _wanted.Clear();

    /// <summary>Asks for a pane in this frame; see <see cref="Stage.Want"/>.</summary>
    public void Want(PaneContent content, int nth, bool large) => _wanted.Add((content, nth, large));

    /// <summary>Takes over what was wanted.</summary>
    public void End()
    {
        if (!_wanted.SequenceEqual(_arranged))
            Arrange();
    }

    public bool Has(PaneContent content, int nth)
    {
        foreach (var column in _columns)
            for (var i = 0; i < column.Panes.Count; i++)
                if (column.Panes[i].Content == content && column.Panes[i].Nth == nth)
                    return true;
        return false;
    }

    /// <summary>Names the panes that nothing is shown in.</summary>
    /// <param name="labels">Those of the panes that something is shown in.</param>
    /// <param name="hasFormula">Whether the formula is shown, which has no name of its own.</param>
    public void NameEmpty(List<PaneLabel> labels, bool hasFormula)
    {
        var named = labels.Count;
        foreach (var column in _columns)
            for (var i = 0; i < column.Panes.Count; i++)
                if (!(hasFormula && column.Panes[i].Content == PaneContent.Formula) && !IsNamed(column.Panes[i], labels, named) && Off.TryGetValue(column.Panes[i].Content, out var text))
                    labels.Add(new PaneLabel(column.Panes[i].Content, column.Panes[i].Nth, text));
    }

    private static bool IsNamed(LayoutPane pane, List<PaneLabel> labels, int count)
    {
        for (var i = 0; i < count; i++)
            if (labels[i].Content == pane.Content && labels[i].Nth == pane.Nth)
                return true;
        return false;
    }

    /// <summary>The size at which the heated picture is drawn pixel for pixel where it has the window or shares it with others; 1920x1080 for a layout
    /// of its own.</summary>
    public (int Width, int Height) NaturalSize(int pictureWidth, int pictureHeight) => _layout.IsSingle
        ? ((int)Math.Round(_columns.Sum(column => column.Width) * pictureWidth / (1 - _layout.Hud)), pictureHeight)
        : (1920, 1080);

    /// <summary>The panes for a target and a picture, and what belongs to the HUD.</summary>
    public (Pane[] Panes, PixelRectangle Hud) PlanFor(int width, int height, int pictureWidth, int pictureHeight)
    {
        foreach (var plan in _plans)
            if ((plan.Width, plan.Height, plan.PictureWidth, plan.PictureHeight) == (width, height, pictureWidth, pictureHeight))
                return (plan.Panes, plan.Hud);
        if (_plans.Count == MostPlans)
            _plans.RemoveAt(0);
        var (panes, hud) = Plan(new PixelRectangle(0, 0, width, height), pictureWidth, pictureHeight);
        _plans.Add((width, height, pictureWidth, pictureHeight, panes, hud));
        return (panes, hud);
    }

    private void Arrange()
    {
        _arranged.Clear();
        _arranged.AddRange(_wanted);
        _plans.Clear();
        Version++;
        _columns = [.. _layout.Columns];
        Homeless = "";
        if (!_layout.IsSingle)
        {
            var names = _wanted.Where(wanted => wanted.Nth == 0 && !_layout.Has(wanted.Content, 0) && Names.ContainsKey(wanted.Content)).Select(wanted => Names[wanted.Content]).Distinct().ToList();
            if (names.Count > 0)
                Homeless = $"No room in this layout for {string.Join(", ", names)}: F1 has some";
            return;
        }
        var missing = _wanted.Where(wanted => !_layout.Has(wanted.Content, wanted.Nth)).ToList();
        // The plain picture stands left of the heated one.
        var left = missing.Where(wanted => wanted.Content == PaneContent.Picture).Select(Large);
        var right = missing.Where(wanted => wanted.Large && wanted.Content != PaneContent.Picture).Select(Large);
        var small = missing.Where(wanted => !wanted.Large).Chunk(SmallPerColumn)
            .Select(chunk => new LayoutColumn(1.0 / SmallPerColumn, [.. chunk.Select(wanted => new LayoutPane(wanted.Content, wanted.Nth))]));
        _columns = [.. left, .. _columns, .. right, .. small];
    }

    private static LayoutColumn Large((PaneContent Content, int Nth, bool Large) wanted) => new(1, [new LayoutPane(wanted.Content, wanted.Nth)]);

    private (Pane[] Panes, PixelRectangle Hud) Plan(PixelRectangle all, int pictureWidth, int pictureHeight)
    {
        var gap = _layout.IsSingle ? 0 : Math.Max(2, all.Height / 180);
        var hud = _layout.Hud == 0 ? all : all with { Width = (int)Math.Round(_layout.Hud * all.Width) };
        var rest = _layout.Hud == 0 ? all : new PixelRectangle(hud.Right, gap, all.Width - hud.Right - gap, all.Height - 2 * gap);
        var total = _columns.Sum(column => column.Width);
        var panes = new List<Pane>();
        var before = 0.0;
        foreach (var column in _columns)
        {
            var (from, to) = (Share(rest.Width, before / total), Share(rest.Width, (before + column.Width) / total));
            before += column.Width;
            for (var i = 0; i < column.Panes.Count; i++)
            {
                // A single small pane is no higher than one of two, and leaves the upper place, where the HUD has its figures.
                var slots = column.Width < 1 && _layout.IsSingle ? Math.Max(SmallPerColumn, column.Panes.Count) : column.Panes.Count;
                var slot = slots - column.Panes.Count + i;
                var (top, bottom) = (Share(rest.Height, slot / (double)slots), Share(rest.Height, (slot + 1) / (double)slots));
                var cell = new PixelRectangle(rest.X + from, rest.Y + top, to - from, bottom - top);
                cell = new PixelRectangle(cell.X + gap / 2, cell.Y + gap / 2, Math.Max(1, cell.Width - gap), Math.Max(1, cell.Height - gap));
                panes.Add(PaneOf(column.Panes[i], gap == 0 ? new PixelRectangle(rest.X + from, rest.Y + top, to - from, bottom - top) : cell, all.Height, pictureWidth, pictureHeight));
            }
        }
        return ([.. panes], hud);
    }

    private static int Share(int length, double share) => (int)Math.Round(length * share);

    private static Pane PaneOf(LayoutPane pane, PixelRectangle cell, int height, int pictureWidth, int pictureHeight)
    {
        // What is no picture keeps clear of its name.
        var named = cell with { Height = Math.Max(1, cell.Height - (int)(CaptionUnits * Math.Max(0.55f, height / 720f))) };
        return new Pane(pane.Content, pane.Nth, cell, !Pane.IsPicture(pane.Content) ? named : pictureWidth == 0 ? default : cell.Letterbox(pictureWidth, pictureHeight));
    }
}
