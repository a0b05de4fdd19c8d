using LiveCam.Core;
using LiveCam.Explain.Models;

namespace LiveCam.Explain;

/// <summary>
/// What the network sees: one picture, or, of a video network, the last T frames with their spacing, the explained one last. Frames are preprocessed once and
/// kept in a ring. They are told apart by their sequence numbers, so that frames that were dropped, or a frame that is explained again, leave the spacing
/// right; where a frame is missing the nearest one stands in, before the beginning the first one. Used by one thread; a warm frame allocates nothing.
/// </summary>
/// <param name="card">How pixels become the network's input, and how many frames it takes.</param>
public sealed class FrameWindow(ModelCard card)
{
    private readonly Preprocessor _preprocessor = new(card);
    private readonly int _times = card.Frames ?? 1;
    private readonly (long Sequence, float[] Planes)[] _ring = new (long, float[])[card.Frames is { } frames ? (frames - 1) * card.Spacing + 1 : 0];
    private int _held;
    private int _newest = -1;

    /// <summary>How many frames of the source a full window reaches over.</summary>
    public static int SpanOf(ModelCard card) => card.Frames is { } frames ? (frames - 1) * card.Spacing + 1 : 1;

    /// <summary>The part of the picture that the network sees, after the last frame.</summary>
    public PictureRegion Region => _preprocessor.Region;

    /// <summary>Fills <paramref name="input"/>, [1,3,H,W], [1,H,W,3] or [1,3,T,H,W], with what ends in <paramref name="frame"/>.</summary>
    public void Fill(Frame frame, Span<float> input)
    {
        if (_ring.Length == 0)
        {
            _preprocessor.Fill(frame, input);
            return;
        }
        LookAt(frame);
        var plane = card.InputWidth * card.InputHeight;
        for (var t = 0; t < _times; t++)
        {
            var planes = Nearest(frame.Sequence - (long)(_times - 1 - t) * card.Spacing);
            for (var c = 0; c < 3; c++)
                planes.AsSpan(c * plane, plane).CopyTo(input.Slice((c * _times + t) * plane, plane));
        }
    }

    /// <summary>Takes a frame into the window; of a network of single pictures nothing.</summary>
    public void LookAt(Frame frame)
    {
        if (_ring.Length == 0)
            return;
        if (_held > 0 && frame.Sequence < _ring[_newest].Sequence)
            _held = 0;
        if (_held == 0 || frame.Sequence != _ring[_newest].Sequence)
        {
            _newest = (_newest + 1) % _ring.Length;
            _held = Math.Min(_held + 1, _ring.Length);
        }
        ref var slot = ref _ring[_newest];
        slot = (frame.Sequence, slot.Planes ?? new float[3 * card.InputWidth * card.InputHeight]);
        _preprocessor.Fill(frame, slot.Planes);
    }

    /// <summary>The planes of the held frame whose number is nearest, the newer of two.</summary>
    private float[] Nearest(long sequence)
    {
        var (best, distance) = (_newest, long.MaxValue);
        for (var i = 0; i < _held; i++)
        {
            var at = (_newest - i + _ring.Length) % _ring.Length;
            var away = Math.Abs(_ring[at].Sequence - sequence);
            if (away < distance)
                (best, distance) = (at, away);
        }
        return _ring[best].Planes;
    }
}
