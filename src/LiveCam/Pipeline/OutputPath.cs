using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>Files the program writes beside the video: data, maps, JSON. The folder is made when it is not there.</summary>
internal static class OutputPath
{
    /// <summary>Creates or empties the file. Throws <see cref="LiveCamException"/> when it cannot be written.</summary>
    public static FileStream Create(string path) => Guard(path, () =>
    {
        CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    });

    /// <summary>Makes the folder, and those above it, where they are missing.</summary>
    public static void CreateFolder(string path) => Guard(path, () => Directory.CreateDirectory(path));

    /// <summary>Runs <paramref name="write"/> and turns its failure into an error about <paramref name="path"/>.</summary>
    public static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new LiveCamException("Cannot write", path, e.Message.TrimEnd('.'), "Choose a place that can be written and has room", inner: e);
        }
    }
}
