using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// What the network says and how the run is doing, over the picture. Painted only when something it says has changed, live at most
/// ten times a second; between that it costs a few small rectangles a frame. In a file every frame says what is true of it.
/// </summary>
public sealed class Hud : Behaviour
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(0.1);

    private BySize<(int Width, int Height, float Unit), HudSheet> _sheets = null!;
    private HudFonts _fonts = null!;
    private RenderPass _pass = null!;
    private SwitchParameter _visible = null!;
    private ChoiceParameter _help = null!;
    private NumberParameter _scale = null!;
    private ChoiceParameter? _view;
    private ChoiceParameter? _colormap;
    private HudContent _content = new();
    private int _fingerprint;
    private TimeSpan _painted = TimeSpan.MinValue;

    public override void Awake()
    {
        _visible = Stage.Parameters.Add(new SwitchParameter("hud.visible", true, "classes, figures and messages over the picture"));
        _scale = Stage.Parameters.Add(new NumberParameter("hud.scale", 1, 0.5, 3, 0.1, "size of the HUD"));
        _help = Stage.Parameters.Add(new ChoiceParameter("hud.help", "off", ["off", "keys", "parameters"], "the list of keys, or of all parameters and their present values"));
        _fonts = new HudFonts();
        _sheets = new(size => new HudSheet(Stage.Device, _fonts, size.Width, size.Height, size.Unit) { Fingerprint = ~_fingerprint });
        _pass = new RenderPass(new Material(Stage.Shaders.Load("layer.frag")), blend: true);
    }

    public override void Update()
    {
        _view ??= Find("heatmap.view");
        _colormap ??= Find("heatmap.colormap");
        if (Stage.Explanation?.Weights is not null)
            Stage.Want(PaneContent.Formula, large: true);
    }

    public override void LateUpdate()
    {
        var now = Stage.Clock.Now;
        if (!_visible.Value || (Stage.Clock.IsReal && _painted > TimeSpan.MinValue && now - _painted < Pace && now >= _painted))
            return;
        if (!Stage.Arrangement.Layout.IsSingle)
            Stage.Arrangement.NameEmpty(Stage.Labels, Stage.Explanation?.Weights is not null);
        var fingerprint = HashCode.Combine(Stage.Arrangement.Version, HudContent.Fingerprint(Stage, _view?.Index ?? 0, _colormap?.Index ?? 0), HelpFingerprint());
        if (fingerprint == _fingerprint)
            return;
        (_fingerprint, _painted) = (fingerprint, now);
        _content = HudContent.Of(Stage, _view?.Value ?? "overlay", _colormap?.Index ?? 0);
    }

    public override void Draw(in Viewport viewport)
    {
        Stage.Covered = [];
        if (!_visible.Value)
            return;
        var (width, height) = (viewport.Target.Width, viewport.Target.Height);
        var sheet = _sheets.For((width, height, UnitFor(width, height, viewport.Scale, (float)_scale.Value)));
        if (sheet.Fingerprint != _fingerprint)
        {
            sheet.Fingerprint = _fingerprint;
            sheet.Say(_content, _help.Index == 0 ? null : _help.Index == 1 ? new HelpPage("Keys", Stage.Keys, IsKeys: true) : new HelpPage("Parameters · livecam parameters says what each does", Values(), IsKeys: false), viewport);
        }
        sheet.Draw(_pass, viewport.Target);
        Stage.Covered = sheet.Places;
    }

    public override void OnDestroy()
    {
        _sheets?.Dispose();
        _fonts?.Dispose();
    }

    /// <summary>Pixels of one design unit: the HUD is as large, in shares of the picture, on any screen, but never too small to read.</summary>
    internal static float UnitFor(int width, int height, float contentScale, float scale) =>
        MathF.Max(0.55f * contentScale, MathF.Min(width / 1280f, height / 720f)) * scale;

    /// <summary>Where the panels of the last drawn target stand.</summary>
    internal IReadOnlyList<PixelRectangle> Places() => _sheets.Newest!.Places;

    // Every value that may change while the list of parameters stands on the screen.
    private int HelpFingerprint()
    {
        var hash = default(HashCode);
        hash.Add(_help.Index);
        if (_help.Index == 2)
            foreach (var parameter in Stage.Parameters)
                hash.Add(parameter.Text);
        return hash.ToHashCode();
    }

    private List<(string, string)> Values() => [.. Stage.Parameters.Select(parameter => (parameter.Name, parameter.Text))];

    private ChoiceParameter? Find(string name) => Stage.Parameters.TryGet(name, out var parameter) ? parameter as ChoiceParameter : null;
}
