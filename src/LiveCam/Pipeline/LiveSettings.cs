namespace LiveCam.Pipeline;

/// <summary>How a live run is shown and what it leaves behind.</summary>
internal sealed record LiveSettings
{
    /// <summary>Name or file of the scene.</summary>
    public string Scene { get; init; } = "default";

    /// <summary>Draw without a window.</summary>
    public bool Headless { get; init; }

    /// <summary>Size of the window in logical pixels, or null for that of the first picture, fitted to the screen.</summary>
    public (int Width, int Height)? WindowSize { get; init; }

    /// <summary>End after so many pictures were shown, or null.</summary>
    public long? Frames { get; init; }

    /// <summary>Record a take from the start, clean pictures to this file and evidence beside it, or null.</summary>
    public string? Take { get; init; }

    /// <summary>Keep the last of the run in memory, to be saved by key, or null.</summary>
    public TimeSpan? Replay { get; init; }

    /// <summary>Record what is on the screen from the start to this file, or null.</summary>
    public string? Screen { get; init; }

    /// <summary>End the recording of the screen after so many pictures, and go on, or null.</summary>
    public long? ScreenFrames { get; init; }

    /// <summary>Write every explanation to this file, or null.</summary>
    public string? Data { get; init; }

    /// <summary>Write every explanation's boxes to this file or folder, or null.</summary>
    public string? Boxes { get; init; }

    /// <summary>Save the picture shown last to this file at the end, or null.</summary>
    public string? FinalPicture { get; init; }

    /// <summary>Folder for snapshots and recordings made by key.</summary>
    public string Folder { get; init; } = "out";

    /// <summary>What the user is to read first, or null.</summary>
    public string? Notice { get; init; }
}
