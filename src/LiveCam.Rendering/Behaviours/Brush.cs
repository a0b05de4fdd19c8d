using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// Shows what is painted over the picture, and paints with the mouse while brush.on is set: each dab goes into the parameter brush.strokes, which the
/// explain thread reads.
/// </summary>
public sealed class Brush : Behaviour
{
    private const int MaskWidth = 320;
    private const byte Cover = 235;

    private SwitchParameter _on = null!;
    private NumberParameter _size = null!;
    private RenderPass _pass = null!;
    private TextParameter? _strokes;
    private Texture? _mask;
    private byte[] _texels = [];
    private Dab[] _dabs = [];
    private string _read = "";
    private (string Strokes, float Aspect) _painted = ("", 0);
    private Dab? _last;
    private bool _isDown;

    public override void Awake()
    {
        _on = Stage.Parameters.Add(new SwitchParameter("brush.on", false, "the mouse paints over the picture"));
        _size = Stage.Parameters.Add(new NumberParameter("brush.size", 0.08, 0.01, 0.5, 0.01, "radius of a dab, as a share of the picture's height"));
        _pass = new RenderPass(new Material(Stage.Shaders.Load("layer.frag")), blend: true);
    }

    public override void Update()
    {
        Stage.IsPainting = _on.Value;
        _strokes ??= Stage.Parameters.TryGet("brush.strokes", out var parameter) ? parameter as TextParameter : null;
        if (_strokes is not null && !ReferenceEquals(_strokes.Value, _read))
            (_read, _dabs) = (_strokes.Value, BrushStrokes.Parse(_strokes.Value));
    }

    public override void LateUpdate()
    {
        if (_dabs.Length == 0 || Stage.Picture is not { } picture)
            return;
        var wanted = (_read, picture.Width / (float)picture.Height);
        if (wanted == _painted)
            return;
        _painted = wanted;
        Paint(wanted.Item2);
    }

    public override void Draw(in Viewport viewport)
    {
        if (_dabs.Length == 0 || _mask is null)
            return;
        _pass.Material.Set("layer", _mask);
        // Every map beside is one of the painted picture too.
        for (var i = 0; i < viewport.All.Count; i++)
            if (viewport.All[i] is var pane && pane.HasPicture && pane.Content is not (PaneContent.Pixels or PaneContent.Picture) && !pane.Place.IsEmpty)
                _pass.Draw(viewport.Target, pane.Place);
    }

    public override void OnInput(in InputEvent input)
    {
        if (!_on.Value || _strokes is null || Stage.Window?.Heated is not { IsEmpty: false } pane)
            return;
        if (input.Kind == InputKind.MouseUp)
            (_isDown, _last) = (false, null);
        if (input.Kind == InputKind.MouseDown)
            _isDown = input.X >= pane.X && input.X < pane.Right && input.Y >= pane.Y && input.Y < pane.Bottom;
        if (!_isDown || input.Kind is not (InputKind.MouseDown or InputKind.MouseMove) || _dabs.Length >= BrushStrokes.Most)
            return;
        var dab = new Dab((input.X - pane.X) / pane.Width, (input.Y - pane.Y) / pane.Height, (float)_size.Value);
        // Dabs closer than half a radius cover nothing new.
        if (_last is { } last && (dab with { Radius = dab.Radius / 2 }).Covers(last.X, last.Y, pane.Width / (float)pane.Height))
            return;
        _last = dab;
        _strokes.Value = BrushStrokes.Write([.. _dabs, dab]);
        (_read, _dabs) = (_strokes.Value, [.. _dabs, dab]);
    }

    public override void OnDestroy() => _mask?.Dispose();

    private void Paint(float aspect)
    {
        var height = Math.Max(1, (int)Math.Round(MaskWidth / aspect));
        if (_mask is null || _mask.Height != height)
        {
            _mask?.Dispose();
            _mask = new Texture(Stage.Device, MaskWidth, height, TextureFormat.Bgra8, linear: true);
            _texels = new byte[4 * MaskWidth * height];
        }
        for (var i = 0; i < MaskWidth * height; i++)
        {
            var covered = false;
            foreach (var dab in _dabs)
                covered |= dab.Covers((i % MaskWidth + 0.5f) / MaskWidth, (i / MaskWidth + 0.5f) / height, aspect);
            // Grey, so that it is told from the ground around the picture.
            _texels.AsSpan(4 * i, 3).Fill((byte)(covered ? 118 * Cover / 255 : 0));
            _texels[4 * i + 3] = covered ? Cover : (byte)0;
        }
        _mask.Upload<byte>(_texels);
    }
}
