using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>One row of <see cref="SourceSchemes.All"/>: one way to name a source.</summary>
/// <param name="Name">Of the row: "camera".</param>
/// <param name="Usage">What the user writes: "0, camera:0, /dev/video0".</param>
/// <param name="Help">What it is, in one line.</param>
/// <param name="Recognises">Whether a source argument is of this kind; rows are asked in order.</param>
/// <param name="Open">Opens it; throws <see cref="LiveCamException"/> when that fails.</param>
public sealed record SourceScheme(string Name, string Usage, string Help, Func<string, bool> Recognises,
    Func<string, SourceOptions, FrameSource> Open)
{
    /// <summary>Installed model that is made for its pictures, or null.</summary>
    public string? Model { get; init; }
}
