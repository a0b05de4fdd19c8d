namespace LiveCam.Video.Sinks;

/// <summary>A video that holds the first pictures of another, from a run that was interrupted.</summary>
/// <param name="File">Its path.</param>
/// <param name="Start">When its first picture is due, from the first of all.</param>
public sealed record VideoPart(string File, TimeSpan Start);
