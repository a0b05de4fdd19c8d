using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LiveCam.Core;
using LiveCam.Explain.Models;

namespace LiveCam.Explain;

/// <summary>
/// From a picture to the network's input in one pass over the pixels: crop, antialiased resize (a triangle filter as wide as
/// the reduction, so that small things do not flicker), colour order, normalisation, layout. Used by one thread; the taps are
/// computed when the picture's size changes, otherwise nothing is allocated.
/// </summary>
public sealed class Preprocessor(ModelCard card)
{
    private readonly float[] _gain = [.. card.Std.Select(std => card.Scale / std)];
    private readonly float[] _offset = [.. card.Mean.Zip(card.Std, (mean, std) => -mean / std)];
    private ResampleTaps _columns = ResampleTaps.Empty;
    private ResampleTaps _rows = ResampleTaps.Empty;
    private float[] _line = [];
    private (int Width, int Height) _picture;

    /// <summary>The part of the picture that the network sees, after the last call of <see cref="Fill"/>.</summary>
    public PictureRegion Region { get; private set; } = PictureRegion.Whole;

    /// <summary>Fills <paramref name="input"/>, [1,3,H,W] or [1,H,W,3] as the card says, from <paramref name="frame"/>.</summary>
    public void Fill(Frame frame, Span<float> input)
    {
        if (_picture != (frame.Width, frame.Height))
            Fit(frame.Width, frame.Height);
        var pixels = frame.Pixels;
        for (var y = 0; y < card.InputHeight; y++)
        {
            if (_rows.Count[y] == 0)
            {
                FillBlankRow(y, input);
                continue;
            }
            BlendRows(pixels, frame.Stride, y);
            ResampleRow(y, input);
        }
    }

    /// <summary>The rectangle of the picture, in pixels, that is stretched over the input; outside the picture it is padding.</summary>
    private static (double X, double Y, double Width, double Height) Visible(ModelCard card, int width, int height)
    {
        if (card.Resize == ResizeMode.Stretch)
            return (0, 0, width, height);
        var (acrossX, acrossY) = ((double)width / card.InputWidth, (double)height / card.InputHeight);
        var step = card.Resize == ResizeMode.Crop ? Math.Min(acrossX, acrossY) : Math.Max(acrossX, acrossY);
        var (w, h) = (step * card.InputWidth, step * card.InputHeight);
        return ((width - w) / 2, (height - h) / 2, w, h);
    }

    private void Fit(int width, int height)
    {
        var (x, y, w, h) = Visible(card, width, height);
        _columns = ResampleTaps.For(card.InputWidth, x, w, width);
        _rows = ResampleTaps.For(card.InputHeight, y, h, height);
        // One float beyond the last pixel: the horizontal pass loads four at a time.
        _line = new float[width * 3 + 1];
        _picture = (width, height);
        Region = new PictureRegion((float)(x / width), (float)(y / height), (float)(w / width), (float)(h / height));
    }

    /// <summary>The vertical pass: the weighted sum of the source rows of input row <paramref name="y"/>, into the line buffer.</summary>
    private void BlendRows(ReadOnlySpan<byte> pixels, int stride, int y)
    {
        var line = _line.AsSpan(0, stride);
        for (var t = 0; t < _rows.Count[y]; t++)
        {
            var row = pixels.Slice((_rows.Start[y] + t) * stride, stride);
            var weight = _rows.Weights[y * _rows.Stride + t];
            if (t == 0)
                Scale(row, weight, line);
            else
                AddScaled(row, weight, line);
        }
    }

    private static void Scale(ReadOnlySpan<byte> row, float weight, Span<float> line)
    {
        line.Clear();
        AddScaled(row, weight, line);
    }

    private static void AddScaled(ReadOnlySpan<byte> row, float weight, Span<float> line)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(line);
        var weights = Vector256.Create(weight);
        var i = 0;
        for (; i <= row.Length - 16; i += 16)
        {
            var bytes = Vector128.LoadUnsafe(ref source, (nuint)i);
            var (low, high) = Vector128.Widen(bytes);
            Add(low, ref target, i, weights);
            Add(high, ref target, i + 8, weights);
        }
        for (; i < row.Length; i++)
            line[i] += row[i] * weight;
    }

    private static void Add(Vector128<ushort> values, ref float target, int at, Vector256<float> weights)
    {
        var (low, high) = Vector128.Widen(values);
        var floats = Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
        Vector256.FusedMultiplyAdd(floats, weights, Vector256.LoadUnsafe(ref target, (nuint)at)).StoreUnsafe(ref target, (nuint)at);
    }

    /// <summary>The horizontal pass: one input row from the line buffer, normalised.</summary>
    private void ResampleRow(int y, Span<float> input)
    {
        ref var line = ref MemoryMarshal.GetArrayDataReference(_line);
        for (var x = 0; x < card.InputWidth; x++)
        {
            var sum = Vector128<float>.Zero;
            var start = _columns.Start[x];
            var weights = _columns.Weights.AsSpan(x * _columns.Stride, _columns.Count[x]);
            for (var t = 0; t < weights.Length; t++)
                sum = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref line, (nuint)((start + t) * 3)), Vector128.Create(weights[t]), sum);
            if (weights.Length == 0)
                Store(input, x, y, 0, 0, 0, blank: true);
            else
                Store(input, x, y, sum[0], sum[1], sum[2], blank: false);
        }
    }

    private void FillBlankRow(int y, Span<float> input)
    {
        for (var x = 0; x < card.InputWidth; x++)
            Store(input, x, y, 0, 0, 0, blank: true);
    }

    /// <summary>Writes one input pixel. Padding is the mean colour, which normalises to 0.</summary>
    private void Store(Span<float> input, int x, int y, float blue, float green, float red, bool blank)
    {
        var (first, last) = card.Order == ColourOrder.Rgb ? (red, blue) : (blue, red);
        var plane = card.InputWidth * card.InputHeight;
        var pixel = y * card.InputWidth + x;
        var (at, step) = card.Layout == TensorLayout.Nchw ? (pixel, plane) : (pixel * 3, 1);
        input[at] = blank ? 0 : first * _gain[0] + _offset[0];
        input[at + step] = blank ? 0 : green * _gain[1] + _offset[1];
        input[at + 2 * step] = blank ? 0 : last * _gain[2] + _offset[2];
    }
}
