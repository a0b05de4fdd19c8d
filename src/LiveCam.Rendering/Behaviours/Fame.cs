using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The hall of fame of the pinned unit: the nine parts of pictures that made it respond most so far, the strongest at the top left.</summary>
public sealed class Fame : Behaviour
{
    private const int Columns = 3;
    private const int Gap = 2;

    private SheetTexture _sheet = null!;
    private byte[] _texels = [];
    private (Explanation? Of, long Frame) _painted;
    private (int Unit, int Count, float Best, string Text) _note = (int.MinValue, 0, 0, "");

    private FameSheet? Shown => Stage.Explanation?.Fame;

    public override void Awake() => _sheet = new SheetTexture(Stage, linear: true);

    public override void Update()
    {
        if (Shown is not null)
            Stage.Want(PaneContent.Fame);
    }

    public override void LateUpdate()
    {
        if (Shown is not { } fame)
            return;
        var wanted = (Stage.Explanation!, Stage.Explanation!.Frame!.Sequence);
        if (wanted != _painted)
        {
            _painted = wanted;
            Paint(fame);
        }
        Stage.Labels.Add(new PaneLabel(PaneContent.Fame, 0, "hall of fame", NoteOf(fame)));
    }

    public override void Draw(in Viewport viewport)
    {
        if (Shown is { Count: > 0 } && viewport.Find(PaneContent.Fame) is { } pane)
            _sheet.Draw(viewport.Target, pane.Place);
    }

    public override void OnDestroy() => _sheet?.Dispose();

    // [side, side, 4] with clear gaps; places that nobody has taken stay clear.
    private void Paint(FameSheet fame)
    {
        var side = Columns * (fame.Side + Gap) - Gap;
        if (side <= 0)
            return;
        if (_texels.Length != 4 * side * side)
            _texels = new byte[4 * side * side];
        Array.Clear(_texels);
        for (var place = 0; place < fame.Count; place++)
        {
            var pixels = fame.Pixels(place);
            var (left, top) = (place % Columns * (fame.Side + Gap), place / Columns * (fame.Side + Gap));
            for (var row = 0; row < fame.Side; row++)
                PackedPixels.BgrToBgra(pixels.Slice(3 * row * fame.Side, 3 * fame.Side), _texels.AsSpan(4 * ((top + row) * side + left), 4 * fame.Side));
        }
        _sheet.Upload(_texels, side, side);
    }

    private string NoteOf(FameSheet fame)
    {
        var best = fame.Count > 0 ? fame.Responses[0] : 0;
        if (_note.Unit != fame.Unit || _note.Count != fame.Count || _note.Best != best)
            _note = (fame.Unit, fame.Count, best, fame.Unit < 0 ? "pin a unit to see it" : fame.Count == 0 ? string.Create(CultureInfo.InvariantCulture, $"unit {fame.Unit} has not fired yet")
                : string.Create(CultureInfo.InvariantCulture, $"unit {fame.Unit} · strongest {best:G3}"));
        return _note.Text;
    }
}
