using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>Where the files of a catalogue lie: an address that paths are below.</summary>
public static class ZooAddress
{
    /// <summary>Names another address than the catalogue's own.</summary>
    public const string Variable = "LIVECAM_ZOO";

    /// <summary>Reads <c>http://HOST/PATH</c>, <c>https://HOST/PATH</c> or <c>file:FOLDER</c>. Throws <see cref="LiveCamException"/>.</summary>
    public static Uri Parse(string text)
    {
        var isFile = text.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        if (isFile && !text.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            return Folder(Path.GetFullPath(text["file:".Length..] is { Length: > 0 } folder ? folder : "."));
        if (Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "file")
            return isFile ? Folder(address!.LocalPath) : address!;
        throw new LiveCamException("Cannot fetch from", text, "it is no address", "Give http://HOST/PATH, https://HOST/PATH or file:FOLDER");
    }

    private static Uri Folder(string path) => new(Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar);
}
