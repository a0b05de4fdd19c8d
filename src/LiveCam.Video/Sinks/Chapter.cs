namespace LiveCam.Video.Sinks;

/// <summary>A moment of a video that players can jump to.</summary>
/// <param name="From">Time in the video.</param>
/// <param name="Title">For people.</param>
public sealed record Chapter(TimeSpan From, string Title);
