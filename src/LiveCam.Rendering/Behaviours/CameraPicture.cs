using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Shows the camera's picture, aspect ratio kept, on a dark ground.</summary>
public sealed class CameraPicture : Behaviour
{
    private static readonly Vector3 Ground = new(0.047f, 0.051f, 0.059f);

    private PictureParameters _parameters = null!;
    private PictureTexture _texture = null!;
    private RenderPass _pass = null!;

    public override void Awake()
    {
        _parameters = new PictureParameters(Stage.Parameters);
        _texture = new PictureTexture(Stage.Device);
        _pass = new RenderPass(new Material(Stage.Shaders.Load("camera.frag")));
    }

    public override void Update()
    {
        if (_parameters.IsMatched && Stage.Explanation?.Frame is { } explained)
            Stage.Picture = explained;
    }

    public override void LateUpdate()
    {
        if (Stage.Picture is null)
            return;
        _texture.Show(Stage.Picture);
        Stage.PictureTarget = _texture.Target;
        _pass.Material.Set("picture", _texture.Target!.Texture!);
    }

    public override void Draw(in Viewport viewport)
    {
        if (viewport.All is not [var only] || only.Place != viewport.Target.Bounds || Stage.PictureTarget is null)
            viewport.Target.Clear(Ground);
        if (Stage.PictureTarget is null)
            return;
        for (var i = 0; i < viewport.All.Count; i++)
            if (viewport.All[i] is { HasPicture: true, Place.IsEmpty: false } pane)
                DrawPane(viewport, pane.Place);
    }

    public override void OnDestroy() => _texture?.Dispose();

    // Pixel for pixel it is a copy, which costs a software rasteriser a fiftieth of drawing it.
    private void DrawPane(in Viewport viewport, PixelRectangle pane)
    {
        var picture = _texture.Target!;
        if (viewport.Target.IsTopDown && pane.Width == picture.Width && pane.Height == picture.Height)
            viewport.Target.CopyFrom(picture, pane.X, pane.Y);
        else
            _pass.Draw(viewport.Target, pane);
    }
}
