namespace LiveCam.Explain.Units;

/// <summary>What a unit responded to: a part of one frame.</summary>
/// <param name="Response">The largest of the unit's map.</param>
/// <param name="Sequence">Number of the frame in its source.</param>
/// <param name="Time">The source's own time of the frame.</param>
/// <param name="File">The picture file that the frame is, or null.</param>
/// <param name="Box">The unit's receptive field where it responded, as far as it lies in the picture.</param>
/// <param name="At">The middle of that place: a position of the layer has one.</param>
public readonly record struct FamousCrop(float Response, long Sequence, TimeSpan Time, string? File, PixelBox Box, (double X, double Y) At);

/// <summary>A rectangle of a picture in whole pixels, origin top left.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height);
