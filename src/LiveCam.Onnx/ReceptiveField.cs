namespace LiveCam.Onnx;

/// <summary>The part of the network's input that one position of a layer can see: everything outside has no influence on it.</summary>
/// <param name="Rows">Down the picture.</param>
/// <param name="Columns">Across the picture.</param>
public readonly record struct ReceptiveField(ReceptiveAxis Rows, ReceptiveAxis Columns);

/// <summary>A receptive field along one axis, in pixels of the network's input: position i sees those from Start + i Stride on, Size of them, as far as they lie
/// in the picture.</summary>
/// <param name="Size">Pixels seen; more than the picture has where padding comes in.</param>
/// <param name="Stride">Pixels from one position to the next; 0 where every position sees all, a fraction where the layer is finer than the picture.</param>
/// <param name="Start">First pixel that position 0 sees; below 0 is padding.</param>
/// <param name="Length">Pixels of the picture.</param>
public readonly record struct ReceptiveAxis(int Size, double Stride, double Start, int Length)
{
    /// <summary>Every position sees the whole picture: something between it and the layer looks everywhere.</summary>
    public bool IsWhole => Stride == 0;

    /// <summary>What a position sees of the picture: first pixel, and the one behind the last.</summary>
    public (int Begin, int End) Of(int position)
    {
        var begin = (int)Math.Floor(Start + position * Stride);
        return (Math.Clamp(begin, 0, Length), Math.Clamp(begin + Size, 0, Length));
    }
}
