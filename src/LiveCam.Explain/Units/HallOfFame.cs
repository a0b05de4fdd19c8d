using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Units;

/// <summary>
/// For each unit of a layer the nine parts of pictures that it responded to most (Zeiler and Fergus 2014, figure 2), each the receptive field of the strongest
/// place. A frame gives a unit one crop at most. Frames less than a second apart, or of one file, count as one sight: the stronger response stands for it.
/// A frame costs one maximum a unit, and a crop only where one enters. All memory is taken at the start. Used by one thread.
/// </summary>
public sealed class HallOfFame
{
    /// <summary>Crops kept of a unit.</summary>
    public const int Places = FameSheet.Places;

    /// <summary>Frames so far apart are two sights.</summary>
    public static readonly TimeSpan Sight = TimeSpan.FromSeconds(1);

    private readonly ReceptiveField _field;
    private readonly (int Height, int Width) _map;
    private readonly byte[] _pixels;
    private readonly FamousCrop[] _crops;
    private readonly byte[] _slots;
    private readonly byte[] _counts;
    private readonly int[] _cutAt;

    /// <param name="units">K.</param>
    /// <param name="height">Of the layer's maps.</param>
    /// <param name="width">Of the layer's maps.</param>
    /// <param name="field">What its positions see.</param>
    /// <param name="side">Pixels of a crop's side.</param>
    public HallOfFame(int units, int height, int width, ReceptiveField field, int side)
    {
        (Units, Side, _field, _map) = (units, side, field, (height, width));
        (_crops, _slots, _counts) = (new FamousCrop[units * Places], new byte[units * Places], new byte[units]);
        (_pixels, _cutAt) = (new byte[(long)units * Places * side * side * 3], new int[height * width]);
        for (var i = 0; i < _slots.Length; i++)
            _slots[i] = (byte)(i % Places);
    }

    /// <summary>K.</summary>
    public int Units { get; }

    /// <summary>Pixels of a crop's side.</summary>
    public int Side { get; }

    /// <summary>A unit's crops, the strongest first.</summary>
    public ReadOnlySpan<FamousCrop> CropsOf(int unit) => _crops.AsSpan(unit * Places, _counts[unit]);

    /// <summary>A crop, [Side,Side,3], BGR, with bars where the part is not square; valid until the next frame.</summary>
    public ReadOnlySpan<byte> PixelsOf(int unit, int place) => Slot(unit, _slots[unit * Places + place]);

    /// <summary>The largest side for which so many units fit the bytes.</summary>
    public static int SideFor(int units, long bytes, params ReadOnlySpan<int> sides)
    {
        foreach (var side in sides)
            if ((long)units * Places * side * side * 3 <= bytes)
                return side;
        return sides[^1];
    }

    /// <summary>Looks at one frame.</summary>
    /// <param name="frame">The picture; it stays the caller's.</param>
    /// <param name="region">The part of it that the network saw.</param>
    /// <param name="activations">A, [K,H,W].</param>
    public void Add(Frame frame, PictureRegion region, ReadOnlySpan<float> activations)
    {
        Array.Clear(_cutAt);
        var pixels = _map.Height * _map.Width;
        for (var unit = 0; unit < Units; unit++)
        {
            var map = activations.Slice(unit * pixels, pixels);
            var response = TensorPrimitives.Max(map);
            // A unit that is silent has not seen anything; NaN is no response.
            if (response > 0 && float.IsFinite(response) && MakePlace(unit, response, frame))
                Enter(unit, response, map.IndexOf(response), frame, region);
        }
    }

    /// <summary>Removes what a response replaces.</summary>
    /// <returns>Whether it enters.</returns>
    private bool MakePlace(int unit, float response, Frame frame)
    {
        var crops = CropsOf(unit);
        if (crops.Length == Places && response <= crops[^1].Response)
            return false;
        foreach (var crop in crops)
            if (IsSameSight(crop, frame) && crop.Response >= response)
                return false;
        for (var place = crops.Length - 1; place >= 0; place--)
            if (IsSameSight(crops[place], frame))
                Remove(unit, place);
        if (_counts[unit] == Places)
            Remove(unit, Places - 1);
        return true;
    }

    private static bool IsSameSight(in FamousCrop crop, Frame frame) =>
        crop.File is not null || frame.File is not null ? crop.File == frame.File : (crop.Time - frame.Timestamp).Duration() < Sight;

    private void Remove(int unit, int place)
    {
        Span<FamousCrop> crops = _crops.AsSpan(unit * Places, Places);
        Span<byte> slots = _slots.AsSpan(unit * Places, Places);
        var (last, free) = (_counts[unit] - 1, slots[place]);
        crops[(place + 1)..(last + 1)].CopyTo(crops[place..]);
        slots[(place + 1)..(last + 1)].CopyTo(slots[place..]);
        (slots[last], _counts[unit]) = (free, (byte)last);
    }

    private void Enter(int unit, float response, int position, Frame frame, PictureRegion region)
    {
        Span<FamousCrop> crops = _crops.AsSpan(unit * Places, Places);
        Span<byte> slots = _slots.AsSpan(unit * Places, Places);
        int count = _counts[unit], slot = slots[count], place = 0;
        while (place < count && crops[place].Response >= response)
            place++;
        crops[place..count].CopyTo(crops[(place + 1)..]);
        slots[place..count].CopyTo(slots[(place + 1)..]);
        var box = BoxOf(position, frame, region);
        crops[place] = new FamousCrop(response, frame.Sequence, frame.Timestamp, frame.File, box, MiddleOf(position, frame, region));
        (slots[place], _counts[unit]) = ((byte)slot, (byte)(count + 1));
        // Units that responded at one place have the same crop: it is cut once.
        var pixels = Slot(unit, slot);
        if (_cutAt[position] is > 0 and var cut)
            Slot((cut - 1) / Places, (cut - 1) % Places).CopyTo(pixels);
        else
            CropScaling.Fit(frame, box, Side, pixels);
        _cutAt[position] = 1 + unit * Places + slot;
    }

    private Span<byte> Slot(int unit, int slot) => _pixels.AsSpan((unit * Places + slot) * Side * Side * 3, Side * Side * 3);

    /// <summary>The receptive field of a position, in the picture's pixels.</summary>
    private PixelBox BoxOf(int position, Frame frame, PictureRegion region)
    {
        var (y, height) = Along(_field.Rows, position / _map.Width, region.Y, region.Height, frame.Height);
        var (x, width) = Along(_field.Columns, position % _map.Width, region.X, region.Width, frame.Width);
        return new PixelBox(x, y, width, height);
    }

    private static (int Begin, int Size) Along(ReceptiveAxis axis, int position, float from, float share, int length)
    {
        var (first, end) = axis.Of(position);
        var begin = Math.Clamp((int)Math.Floor((from + (double)first / axis.Length * share) * length), 0, length - 1);
        return (begin, Math.Clamp((int)Math.Ceiling((from + (double)end / axis.Length * share) * length), begin + 1, length) - begin);
    }

    /// <summary>The middle of a position, in the picture's pixels: maps cover the region evenly.</summary>
    private (double X, double Y) MiddleOf(int position, Frame frame, PictureRegion region) => (
        (region.X + (position % _map.Width + 0.5) / _map.Width * region.Width) * frame.Width,
        (region.Y + (position / _map.Width + 0.5) / _map.Height * region.Height) * frame.Height);
}
