namespace LiveCam.Core;

/// <summary>Cuts a picture into parts of like colour. Stateless: safe on any thread.</summary>
public abstract class Superpixels
{
    /// <summary>Cuts a picture into about as many parts as asked for.</summary>
    /// <param name="bgr">[height, width, 3], 8 bits a channel.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="wanted">About how many parts.</param>
    /// <param name="labels">[height, width]: gets the part of each pixel, 0 to below the number of parts, each of which has a pixel.</param>
    /// <returns>How many parts there are.</returns>
    public abstract int Split(ReadOnlySpan<byte> bgr, int width, int height, int wanted, Span<int> labels);
}
