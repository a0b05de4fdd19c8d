using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>A picture made for a class or a unit, as it emerges.</summary>
public sealed class Synthesis : Behaviour
{
    private SheetTexture _sheet = null!;
    private byte[] _texels = [];
    private SynthesisedInput? _uploaded;

    public override void Awake() => _sheet = new SheetTexture(Stage, linear: true);

    public override void Update()
    {
        if (Stage.Synthesis is not null)
            Stage.Want(PaneContent.Synthesis);
    }

    public override void LateUpdate()
    {
        if (Stage.Synthesis is not { } made)
            return;
        Stage.Labels.Add(new PaneLabel(PaneContent.Synthesis, 0, made.Title, made.Note, Progress: made.Progress));
        if (made.Picture is { } picture && !ReferenceEquals(made, _uploaded))
            Upload(picture);
        _uploaded = made;
    }

    public override void Draw(in Viewport viewport)
    {
        if (Stage.Synthesis is { Picture: not null } && viewport.Find(PaneContent.Synthesis) is { Place: { IsEmpty: false } place })
            _sheet.Draw(viewport.Target, place);
    }

    public override void OnDestroy() => _sheet?.Dispose();

    private void Upload(Frame picture)
    {
        var pixels = picture.Width * picture.Height;
        if (_texels.Length != 4 * pixels)
            _texels = new byte[4 * pixels];
        PackedPixels.BgrToBgra(picture.Pixels, _texels);
        _sheet.Upload(_texels, picture.Width, picture.Height);
    }
}
