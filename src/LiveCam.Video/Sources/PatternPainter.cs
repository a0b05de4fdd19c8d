using LiveCam.Core;
using OpenCvSharp;
using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// Draws scenes with Skia on the CPU. Everything that does not move is drawn once a scene; a warm frame is one copy of the room and one
/// turned sprite a holder. Used by one thread.
/// </summary>
internal sealed class PatternPainter : IDisposable
{
    private static readonly SKSamplingOptions Linear = new(SKFilterMode.Linear);
    private readonly EmojiFont _font;
    private readonly HolderDrawing _drawing;
    private readonly PatternRequest _request;
    private readonly Mat _canvasPixels;
    private readonly SKSurface _surface;
    private readonly FrameMats _mats = new();
    private readonly Dictionary<int, SKImage> _rooms = [];
    private readonly List<HolderSprite> _sprites = [];
    private PatternScene? _scene;

    public PatternPainter(PatternRequest request, EmojiFont font)
    {
        (_request, _font, _drawing) = (request, font, new HolderDrawing(font));
        var (width, height) = request.Size;
        OpenCvSettings.Apply();
        _canvasPixels = new Mat(height, width, MatType.CV_8UC4);
        _surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul), _canvasPixels.Data,
            (int)_canvasPixels.Step());
    }

    /// <summary>Draws <paramref name="scene"/>, <paramref name="time"/> seconds into it, into <paramref name="frame"/>.</summary>
    public void Draw(PatternScene scene, double time, Frame frame)
    {
        Prepare(scene);
        var canvas = _surface.Canvas;
        DrawRoom(canvas, scene, _request.Motion == PatternMotion.Sway ? time : 0);
        var lowered = scene.LoweredAt(time);
        for (var i = 0; i < _sprites.Count; i++)
        {
            canvas.SetMatrix(_sprites[i].ToHolder.PostConcat(scene.Holders[i].Pose(time, lowered, frame.Width, frame.Height)));
            canvas.DrawImage(_sprites[i].Image, 0, 0, Linear, null);
        }
        canvas.ResetMatrix();
        _surface.Flush();
        Cv2.CvtColor(_canvasPixels, _mats.Over(frame), ColorConversionCodes.BGRA2BGR);
    }

    /// <summary>Which pixels show each thing; a thing hidden by what is before it has none there.</summary>
    public IReadOnlyList<PatternMask> Masks(PatternScene scene, double time) => new MaskDrawing(_drawing, _request.Size).Draw(scene, time);

    public void Dispose()
    {
        Clear();
        foreach (var room in _rooms.Values)
            room.Dispose();
        _mats.Dispose();
        _surface.Dispose();
        _canvasPixels.Dispose();
        _font.Dispose();
    }

    private void Prepare(PatternScene scene)
    {
        if (ReferenceEquals(scene, _scene))
            return;
        Clear();
        _scene = scene;
        var unit = Math.Min(_request.Size.Width, _request.Size.Height) / 2f;
        foreach (var holder in scene.Holders)
            _sprites.Add(HolderSprite.Draw(_drawing, holder, unit));
    }

    private void DrawRoom(SKCanvas canvas, PatternScene scene, double time)
    {
        if (!_rooms.TryGetValue(scene.Backdrop, out var room))
            _rooms[scene.Backdrop] = room = PatternBackdrop.Draw(scene.Backdrop, _request.Seed, _request.Size.Width, _request.Size.Height);
        // Whole pixels only: the room is out of focus, so steps are not seen, and the copy is four times faster.
        var (dx, dy) = (room.Width - _request.Size.Width, room.Height - _request.Size.Height);
        canvas.DrawImage(room, -(int)(dx * (0.5 + 0.45 * Math.Sin(0.5 * time))), -(int)(dy * (0.5 + 0.45 * Math.Sin(0.37 * time + 1))),
            SKSamplingOptions.Default);
    }

    private void Clear()
    {
        _sprites.ForEach(sprite => sprite.Image.Dispose());
        _sprites.Clear();
    }
}
