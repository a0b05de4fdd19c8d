namespace LiveCam.Video.Sources;

/// <summary>What the user may ask of a source besides its name.</summary>
public sealed record SourceOptions
{
    /// <summary>Picture size wanted from a camera or pattern, in pixels; a camera may answer with another.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Frames a second wanted from a camera or pattern; of a folder of pictures, how many are shown a second (1 when null).</summary>
    public double? Fps { get; init; }

    /// <summary>Start a file again at its end.</summary>
    public bool Loop { get; init; }

    /// <summary>Reopen a live source that fails. One that cannot be opened at the start always fails at once.</summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>How long opening a live source may take.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one Read of a live source waits for a picture.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A live source without a picture for so long has failed.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Ends every wait of the source: opening, reading, the pause before the next attempt. The source then ends.</summary>
    public CancellationToken Cancellation { get; init; }
}
