using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>Keeps a hall of fame of the wall's layer while it is on, and hangs the pinned unit's crops beside each frame. Another layer starts anew.</summary>
/// <param name="explainer">What explains the frames.</param>
/// <param name="parameters">Whether it is on.</param>
/// <param name="wall">Layer and unit.</param>
public sealed class FameSheets(Explainer explainer, FameParameters parameters, WallParameters wall) : Experiment
{
    /// <summary>What all crops may take: those of 1024 units of 48 pixels, or of 2048 units of 32 pixels.</summary>
    private const long MostBytes = 64 << 20;

    private readonly WallLayer _layer = new(explainer, wall);
    private HallOfFame? _hall;
    private string _of = "";

    public override IReadOnlyList<string> Layers => parameters.Visible.Value ? _layer.Beside : [];

    public override void Add(Explanation explanation)
    {
        if (!parameters.Visible.Value)
            return;
        explainer.Network.RequirePictures("Cannot show what is famous with the units of");
        var layer = _layer.Output;
        if (_hall is null || _of != layer.Layer.Name || _hall.Units != layer.Channels)
        {
            (_hall, _of) = (null, layer.Layer.Name);
            _hall = new HallOfFame(layer.Channels, layer.Height, layer.Width, explainer.Network.ReceptiveFieldOf(_of),
                HallOfFame.SideFor(layer.Channels, MostBytes, 48, 32));
        }
        _hall.Add(explanation.Frame!, explanation.Region, layer.Activations);
        // The wall says so of a unit that is not there.
        if (!wall.Visible.Value && (_layer.Refusal ?? _layer.UnitRefusal(layer)) is { } why)
            explanation.AddRemark(why);
        if (wall.Pinned < layer.Channels)
            Hang(explanation.AddFame(), wall.Pinned);
    }

    private void Hang(FameSheet sheet, int unit)
    {
        var crops = unit < 0 ? [] : _hall!.CropsOf(unit);
        (sheet.Layer, sheet.Unit) = (_of, unit);
        sheet.Resize(crops.Length, _hall!.Side);
        for (var place = 0; place < crops.Length; place++)
        {
            sheet.Responses[place] = crops[place].Response;
            _hall.PixelsOf(unit, place).CopyTo(sheet.Pixels(place));
        }
    }
}
