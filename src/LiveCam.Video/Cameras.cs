using System.Globalization;

namespace LiveCam.Video;

/// <summary>The cameras of this machine, for <c>doctor</c> and for errors.</summary>
public static class Cameras
{
    private const string SystemFolder = "/sys/class/video4linux";

    /// <summary>
    /// All video devices, by index. A webcam often has a second one that carries metadata and no pictures.
    /// Linux only: Windows tells indices no names without opening each camera, which can take seconds (not run here), so the list is empty there.
    /// </summary>
    public static IReadOnlyList<CameraDevice> List() => Directory.Exists(SystemFolder)
        ? [.. Directory.EnumerateFileSystemEntries(SystemFolder, "video*").Select(Describe).OfType<CameraDevice>().OrderBy(camera => camera.Index)]
        : [];

    private static CameraDevice? Describe(string entry)
    {
        var device = Path.GetFileName(entry);
        if (!int.TryParse(device["video".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return null;
        var name = Path.Combine(entry, "name");
        return new CameraDevice(index, "/dev/" + device, File.Exists(name) ? File.ReadAllText(name).Trim() : device);
    }
}
