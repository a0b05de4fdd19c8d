using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>Cuts a part out of a frame and scales it into a small square.</summary>
internal static class CropScaling
{
    /// <summary>Samples a pixel of the square is the mean of, each way, at most: enough that nothing flickers, and bounded whatever the frame's size.</summary>
    private const int MostTaps = 4;

    private const byte Bars = 32;

    /// <summary>Writes the part as large as it fits, in the middle, with dark bars where it is not square.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="box">A part of it, at least one pixel.</param>
    /// <param name="side">Of the square.</param>
    /// <param name="square">[side,side,3], BGR.</param>
    public static void Fit(Frame frame, PixelBox box, int side, Span<byte> square)
    {
        square.Fill(Bars);
        var scale = (double)side / Math.Max(box.Width, box.Height);
        var (width, height) = (Math.Max(1, (int)Math.Round(box.Width * scale)), Math.Max(1, (int)Math.Round(box.Height * scale)));
        var (left, top) = ((side - width) / 2, (side - height) / 2);
        var (acrossX, acrossY) = ((double)box.Width / width, (double)box.Height / height);
        int tapsX = Taps(acrossX), tapsY = Taps(acrossY), taps = tapsX * tapsY;
        ReadOnlySpan<byte> pixels = frame.Pixels;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                int blue = 0, green = 0, red = 0;
                for (var j = 0; j < tapsY; j++)
                {
                    var row = (box.Y + (int)((y + (j + 0.5) / tapsY) * acrossY)) * frame.Stride;
                    for (var i = 0; i < tapsX; i++)
                    {
                        var at = row + (box.X + (int)((x + (i + 0.5) / tapsX) * acrossX)) * 3;
                        blue += pixels[at];
                        green += pixels[at + 1];
                        red += pixels[at + 2];
                    }
                }
                var to = square.Slice(((top + y) * side + left + x) * 3, 3);
                (to[0], to[1], to[2]) = ((byte)((blue + taps / 2) / taps), (byte)((green + taps / 2) / taps), (byte)((red + taps / 2) / taps));
            }
    }

    private static int Taps(double across) => Math.Clamp((int)Math.Ceiling(across), 1, MostTaps);
}
