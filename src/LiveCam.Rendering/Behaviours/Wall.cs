using System.Globalization;
using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// The activation wall: every unit of a layer as a tile, drawn from one texture array when a new explanation has come. The mouse and the arrow keys pin a
/// unit, which is the parameter wall.unit. In a pane beside it the filters of the first layer.
/// </summary>
public sealed class Wall : Behaviour
{
    private static readonly Vector3 PinnedColour = new(1, 0.82f, 0.25f);
    private static readonly Vector3 HoverColour = new(0.96f, 0.97f, 0.98f);

    private BySize<TileSheet.Size, TileSheet> _sheets = null!;
    private readonly FilterSheet _filters = new();
    private ChoiceParameter _scale = null!;
    private NumberParameter _gamma = null!;
    private RenderPass _cells = null!;
    private RenderPass _pass = null!;
    private TextureArray? _tiles;
    private Texture? _ranks;
    private float[] _rows = [];
    private Explanation? _uploaded;
    private (long Frame, int Scale) _uploadedOf;
    private int _version;
    private int _shown;
    private int _mostLayers;
    private int _hovered = -1;
    private (float X, float Y) _mouse = (-1, -1);
    private (int Unit, float Energy, float Contribution, string Text) _note = (-1, 0, 0, "");
    private (string Layer, int Channels, string Sort, string Text) _title = ("", 0, "", "");

    private ActivationWall? Shown => Stage.Explanation?.Wall;

    public override void Awake()
    {
        _scale = Stage.Parameters.Add(new ChoiceParameter("wall.scale", "layer", ["layer", "channel"], "what is as bright as can be: the largest value of the layer, or of each unit"));
        _gamma = Stage.Parameters.Add(new NumberParameter("wall.gamma", 0.7, 0.2, 3, 0.1, "below 1 weak responses are seen better"));
        _cells = new RenderPass(new Material(Stage.Shaders.Load("cells.frag")));
        _pass = new RenderPass(new Material(Stage.Shaders.Load("wall.frag")));
        _sheets = new(size => new TileSheet(Stage.Device, size));
        _filters.Awake(Stage);
        _mostLayers = TextureArray.MostLayers(Stage.Device);
    }

    public override void Update()
    {
        if (Shown is not null)
            Stage.Want(PaneContent.Wall, large: true);
    }

    public override void LateUpdate()
    {
        if (Shown is not { } wall)
        {
            (_uploaded, _hovered) = (null, -1);
            return;
        }
        var of = (Stage.Explanation!.Frame!.Sequence, _scale.Index);
        if (!ReferenceEquals(_uploaded, Stage.Explanation) || of != _uploadedOf)
        {
            (_uploaded, _uploadedOf) = (Stage.Explanation, of);
            Upload(wall);
        }
        // Units change places while the mouse stands.
        _hovered = Stage.Window?.Find(PaneContent.Wall) is { } pane
            ? UnitAt(wall, TileGrid.Of(Math.Min(_shown, wall.Channels), wall.Width, wall.Height, pane.Place).PlaceAt(pane.Place, _mouse.X, _mouse.Y)) : -1;
        Stage.Labels.Add(new PaneLabel(PaneContent.Wall, 0, TitleOf(wall), NoteOf(wall)));
        _filters.Follow(wall.Filters);
    }

    public override void Draw(in Viewport viewport)
    {
        if (Shown is not { } wall || _tiles is null)
            return;
        if (viewport.Find(PaneContent.Wall) is { } pane)
        {
            var sheet = _sheets.For(new TileSheet.Size(pane.Place.Width, pane.Place.Height, _shown, wall.Width, wall.Height));
            Colour(sheet);
            Draw(sheet, viewport.Target, pane.Place);
            Mark(viewport, wall, sheet, pane.Place, wall.Pinned, PinnedColour);
            if (_hovered != wall.Pinned && !viewport.Target.IsTopDown)
                Mark(viewport, wall, sheet, pane.Place, _hovered, HoverColour);
        }
        if (viewport.Find(PaneContent.Filters) is { } filters)
            _filters.Draw(viewport.Target, filters.Place);
    }

    /// <summary>Pins the unit under the mouse, or the one beside the pinned one.</summary>
    public override void OnInput(in InputEvent input)
    {
        if (Shown is not { } wall || Stage.Window?.Find(PaneContent.Wall) is not { } pane)
            return;
        var grid = TileGrid.Of(Math.Min(_shown, wall.Channels), wall.Width, wall.Height, pane.Place);
        if (input.Kind == InputKind.MouseMove)
            _mouse = (input.X, input.Y);
        else if (input.Kind == InputKind.MouseDown && UnitAt(wall, grid.PlaceAt(pane.Place, input.X, input.Y)) is >= 0 and var unit)
            Pin(unit == wall.Pinned ? -1 : unit);
        else if (input is { Kind: InputKind.KeyDown, Key: >= Key.Right and <= Key.Up } && Step(wall, grid, input.Key) is >= 0 and var next)
            Pin(next);
    }

    public override void OnDestroy()
    {
        _tiles?.Dispose();
        _ranks?.Dispose();
        _filters.Dispose();
        _sheets?.Dispose();
    }

    private int ColormapIndex => Stage.HeatmapParameters?.Colormap.Index ?? 0;

    private static int UnitAt(ActivationWall wall, int place) => place >= 0 && place < wall.Channels ? wall.Order[place] : -1;

    // From the pinned unit's place, or to the first place when none is pinned.
    private int Step(ActivationWall wall, TileGrid grid, Key key)
    {
        var place = wall.Order.IndexOf(wall.Pinned);
        if (place < 0)
            return UnitAt(wall, 0);
        place += key switch { Key.Right => 1, Key.Left => -1, Key.Down => grid.Columns, _ => -grid.Columns };
        return place < _shown ? UnitAt(wall, place) : -1;
    }

    private void Pin(int unit)
    {
        if (Stage.Parameters.TryGet("wall.unit", out var parameter))
            parameter!.Parse(unit.ToString(CultureInfo.InvariantCulture));
    }

    private void Upload(ActivationWall wall)
    {
        _shown = Math.Min(wall.Channels, _mostLayers);
        if (_tiles is null || (_tiles.Width, _tiles.Height, _tiles.Layers) != (wall.Width, wall.Height, _shown))
        {
            _tiles?.Dispose();
            _ranks?.Dispose();
            _tiles = new TextureArray(Stage.Device, wall.Width, wall.Height, _shown);
            _ranks = new Texture(Stage.Device, _shown, 2, TextureFormat.R32F, linear: false);
            _rows = new float[2 * _shown];
        }
        // A card may take fewer units than there are: then those that rank last stay away, and the others move up.
        var left = 0;
        for (var place = 0; place < wall.Channels && left < _shown; place++)
        {
            var unit = wall.Order[place];
            if (unit >= _shown)
                continue;
            (_rows[left], _rows[_shown + left]) = (unit, _scale.Index == 0 ? wall.Maximum : wall.Peak[unit]);
            left++;
        }
        _tiles.Upload(wall.Values);
        _ranks!.Upload<float>(_rows);
        _version++;
    }

    // What costs is done once a cell, of which a pixel of the screen then takes the colour.
    private void Colour(TileSheet sheet)
    {
        var key = (_version, _gamma.Value, ColormapIndex, Stage.Shaders.Reloads);
        if (sheet.Drawn == key)
            return;
        sheet.Drawn = key;
        var (material, grid) = (_cells.Material, sheet.Grid);
        material.Set("tiles", _tiles!);
        material.Set("ranks", _ranks!);
        material.Set("lookup", Stage.Colormaps.Lookups[ColormapIndex]);
        material.Set("grid", new Vector2(grid.Columns, grid.Rows));
        material.Set("count", (float)_shown);
        material.Set("gamma", (float)_gamma.Value);
        _cells.Draw(sheet.Target, sheet.Target.Bounds);
    }

    private void Draw(TileSheet sheet, RenderTarget target, PixelRectangle pane)
    {
        var (material, grid) = (_pass.Material, sheet.Grid);
        material.Set("cells", sheet.Target.Texture!);
        material.Set("grid", new Vector2(grid.Columns, grid.Rows));
        material.Set("gap", grid.Gap);
        _pass.Draw(target, grid.Inside(pane));
    }

    private static void Mark(in Viewport viewport, ActivationWall wall, TileSheet sheet, PixelRectangle pane, int unit, Vector3 colour)
    {
        var place = unit < 0 ? -1 : wall.Order.IndexOf(unit);
        if (place < 0)
            return;
        var tile = sheet.Grid.TileAt(pane, place);
        Outline.Draw(viewport.Target, tile, 2, colour, pane);
    }

    private string TitleOf(ActivationWall wall)
    {
        if (!ReferenceEquals(_title.Layer, wall.Layer) || _title.Channels != wall.Channels || !ReferenceEquals(_title.Sort, wall.Sort))
            _title = (wall.Layer, wall.Channels, wall.Sort, $"{wall.Layer} · {wall.Channels} units by {wall.Sort}"
                + (_shown < wall.Channels ? $", the first {_shown} shown" : ""));
        return _title.Text;
    }

    private string NoteOf(ActivationWall wall)
    {
        var unit = _hovered >= 0 ? _hovered : wall.Pinned;
        if (unit < 0 || unit >= wall.Channels)
            return "";
        var (energy, contribution) = (wall.Energy[unit], wall.Contribution[unit]);
        if (_note.Unit != unit || MathF.Abs(_note.Energy - energy) > 0.005f * MathF.Abs(energy) || MathF.Abs(_note.Contribution - contribution) > 0.005f * MathF.Abs(contribution))
            _note = (unit, energy, contribution, string.Create(CultureInfo.InvariantCulture, $"unit {unit} · energy {energy:G2} · adds {contribution:+0.00;-0.00} to the logit"));
        return _note.Text;
    }
}
