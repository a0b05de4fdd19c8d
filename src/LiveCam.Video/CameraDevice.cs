namespace LiveCam.Video;

/// <summary>A camera that the system knows.</summary>
/// <param name="Index">What to write after <c>camera:</c>.</param>
/// <param name="Path">Its device file, or null where the system has none.</param>
/// <param name="Name">What its driver calls it.</param>
public sealed record CameraDevice(int Index, string? Path, string Name);
