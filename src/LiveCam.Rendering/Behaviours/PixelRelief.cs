using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Shows what the pixels count, in a pane of their own where the layout has one, or in place of the picture, or laid over it; three panes and the picture share the place, a quarter each.</summary>
public sealed class PixelRelief : Behaviour
{
    private const int MostPanes = 3;
    private static readonly Vector3 Ground = new(0.047f, 0.051f, 0.059f);
    private static readonly PixelDisplay[] Displays = Enum.GetValues<PixelDisplay>();

    private readonly Texture?[] _textures = new Texture?[MostPanes];
    private readonly ReliefColours _colours = new();
    private ChoiceParameter _display = null!;
    private SwitchParameter _over = null!;
    private NumberParameter _gain = null!;
    private RenderPass _pass = null!;
    private (Explanation? Of, int Samples, long Frame, int Display, bool Over, double Gain) _drawn;
    private int _panes;

    public override void Awake()
    {
        _display = Stage.Parameters.Add(new ChoiceParameter("pixels.display", "auto", ["auto", .. Displays.Select(d => d.ToString().ToLowerInvariant())],
            "how a pixel technique's values are shown: auto is what its paper does"));
        _over = Stage.Parameters.Add(new SwitchParameter("pixels.over", false, "lay them over the picture instead of in its place"));
        _gain = Stage.Parameters.Add(new NumberParameter("pixels.gain", 1, 0.1, 10, 0.25, "contrast: at 1 one value in two hundred is as strong as can be shown"));
        _pass = new RenderPass(new Material(Stage.Shaders.Load("layer.frag")), blend: true);
    }

    public override void Update()
    {
        // In place of the picture only where nothing is compared with it.
        if (Stage.Explanation is { Pixels: not null, SideCount: > 0 })
            Stage.Want(PaneContent.Pixels, large: true);
    }

    public override void LateUpdate()
    {
        _panes = 0;
        if (Stage.Explanation is not { Pixels: { } map } explanation)
        {
            _drawn = default;
            return;
        }
        _panes = Math.Clamp(map.Panes.Count, 1, MostPanes);
        if (_panes > 1)
            AddLabels(map);
        else if (HasPane)
            Stage.Labels.Add(new PaneLabel(PaneContent.Pixels, 0, map.Title));
        var wanted = (explanation, map.Samples, explanation.Frame!.Sequence, _display.Index, _over.Value, _gain.Value);
        if (wanted == _drawn)
            return;
        _drawn = wanted;
        var display = _display.Index == 0 ? map.Display : Displays[_display.Index - 1];
        for (var pane = 0; pane < _panes; pane++)
            TextureFor(pane, map).Upload<byte>(_colours.Of(map, pane, display, _over.Value, (float)_gain.Value));
    }

    public override void Draw(in Viewport viewport)
    {
        var whole = viewport.Find(PaneContent.Pixels)?.Place ?? viewport.Heated;
        if (_panes == 0 || whole.IsEmpty)
            return;
        if (_panes == 1)
        {
            DrawPane(viewport.Target, whole, _textures[0]!);
            return;
        }
        viewport.Target.Fill(whole, Ground);
        _pass.Material.Set("layer", Stage.PictureTarget!.Texture!);
        _pass.Draw(viewport.Target, Quarter(whole, 0));
        for (var pane = 0; pane < _panes; pane++)
            DrawPane(viewport.Target, Quarter(whole, pane + 1), _textures[pane]!);
    }

    public override void OnDestroy()
    {
        foreach (var texture in _textures)
            texture?.Dispose();
    }

    /// <summary>From the top left, row by row, with a thin gap.</summary>
    private static PixelRectangle Quarter(PixelRectangle whole, int index)
    {
        var (width, height) = (whole.Width / 2, whole.Height / 2);
        return new PixelRectangle(whole.X + index % 2 * (whole.Width - width + 1), whole.Y + index / 2 * (whole.Height - height + 1), width - 1, height - 1);
    }

    private bool HasPane => Stage.Arrangement.Has(PaneContent.Pixels, 0);

    private void AddLabels(PixelMap map)
    {
        var content = HasPane ? PaneContent.Pixels : PaneContent.Heat;
        Stage.Labels.Add(new PaneLabel(content, 0, "picture", Left: 0, Bottom: 0.5f));
        for (var i = 0; i < map.Panes.Count; i++)
            Stage.Labels.Add(new PaneLabel(content, 0, map.Panes[i], Left: (i + 1) % 2 * 0.5f, Bottom: (i + 1) / 2 * 0.5f + 0.5f));
    }

    // The network may have seen only a part of the picture, or the picture with a border around it.
    private void DrawPane(RenderTarget target, PixelRectangle pane, Texture texture)
    {
        var covered = pane.Part(Stage.Explanation!.Region);
        _pass.Material.Set("layer", texture);
        _pass.Draw(target, covered, covered.Intersect(pane));
    }

    private Texture TextureFor(int pane, PixelMap map)
    {
        if (_textures[pane] is { } texture && texture.Width == map.Width && texture.Height == map.Height)
            return texture;
        _textures[pane]?.Dispose();
        return _textures[pane] = new Texture(Stage.Device, map.Width, map.Height, TextureFormat.Bgra8, linear: true);
    }
}
