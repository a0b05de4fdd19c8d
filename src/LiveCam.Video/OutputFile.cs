using LiveCam.Core;

namespace LiveCam.Video;

/// <summary>Making files, with the system's refusals told as errors the user can act on.</summary>
internal static class OutputFile
{
    /// <summary>Makes the folder of <paramref name="path"/> when it is missing and makes sure that a file can be written there.</summary>
    public static void Prepare(string path) => Try(path, () =>
    {
        if (Directory.Exists(path))
            throw new IOException("it is a folder");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Opening for append changes nothing in a file that is already there.
        var existed = File.Exists(path);
        File.Open(path, FileMode.Append, FileAccess.Write).Dispose();
        if (!existed)
            File.Delete(path);
    });

    /// <summary>Writes a whole file: first beside its place, then into it, so that a full disk leaves what was there before.</summary>
    public static void Write(string path, byte[] bytes) => Try(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var partial = path + ".partial";
        try
        {
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    });

    private static void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new LiveCamException("Cannot write", path, WriteFailure.Why(e), Fix(e), inner: e);
        }
    }

    private static string Fix(Exception e) => WriteFailure.IsFullDisk(e.Message)
        ? "Make room, or choose another place with --out"
        : "Choose a folder that can be written, with --out";
}
