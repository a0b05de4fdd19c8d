using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// <c>pattern:</c>, a synthetic camera: everyday things on cards and phones, moving before calm rooms, for demos and tests without a
/// camera. For every frame it tells which pixels show what.
/// </summary>
public sealed class PatternSource : SyntheticSource
{
    private readonly PatternTour _tour;
    private readonly PatternPainter _painter;

    private PatternSource(string name, PatternRequest request, CancellationToken cancellation)
        : base(name, request, cancellation) =>
        (_tour, _painter) = (new PatternTour(request), new PatternPainter(request, EmojiFont.Open(name)));

    /// <summary>Opens an address as <see cref="PatternRequest.Parse"/> reads it.</summary>
    public static PatternSource Open(string source, SourceOptions options) =>
        new(source, PatternRequest.Parse(source, options), options.Cancellation);

    /// <summary>How its things move.</summary>
    public PatternMotion Motion => Request.Motion;

    /// <summary>The scene that frame <paramref name="sequence"/> belongs to.</summary>
    public PatternScene SceneAt(long sequence) => _tour.At(Seconds(sequence)).Scene;

    /// <summary>The ground truth of frame <paramref name="sequence"/>, whether it was read or not: a mask a thing, in the order of
    /// <see cref="PatternScene.Classes"/>. On the thread that reads.</summary>
    public IReadOnlyList<PatternMask> Masks(long sequence)
    {
        var (scene, time) = _tour.At(Seconds(sequence));
        return _painter.Masks(scene, time);
    }

    protected override void Draw(long sequence, Frame frame)
    {
        var (scene, time) = _tour.At(Seconds(sequence));
        _painter.Draw(scene, time, frame);
    }

    protected override void Dispose(bool disposing)
    {
        _painter.Dispose();
        base.Dispose(disposing);
    }
}
