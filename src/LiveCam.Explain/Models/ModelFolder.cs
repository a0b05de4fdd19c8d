using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>
/// The folder of one model, made so that it is whole once it holds <c>model.onnx</c>: the network is gathered in <c>model.onnx.part</c> and
/// renamed last. Throws <see cref="LiveCamException"/> when it cannot be written.
/// </summary>
public sealed class ModelFolder
{
    public ModelFolder(string path)
    {
        Path = path;
        Guard(path, () => Directory.CreateDirectory(path));
    }

    /// <summary>Folder of models that are fetched or added.</summary>
    public static string Cache => System.IO.Path.Combine(UserCache, "models");

    /// <summary>LiveCam's folder below XDG_CACHE_HOME or the user's own cache folder.</summary>
    internal static string UserCache
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (!System.IO.Path.IsPathRooted(cache))
                cache = OperatingSystem.IsWindows()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                    : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return System.IO.Path.Combine(cache!, "livecam");
        }
    }

    public string Path { get; }

    public string Model => System.IO.Path.Combine(Path, "model.onnx");

    /// <summary>The network while it is being gathered.</summary>
    public string Part => Model + ".part";

    public string Card => System.IO.Path.Combine(Path, "model.json");

    public string Labels => System.IO.Path.Combine(Path, "labels.txt");

    /// <summary>True for a name that can be a folder's, with nothing in it that leads elsewhere.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && name[0] is not ('.' or '-') && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    /// <summary>What <c>--model</c> finds this folder by: its name, or its path where the name leads to another or to none.</summary>
    public string Reference => ModelFile.FolderOf(Name) is { } found && Full(found) == Full(Path) ? Name : Path;

    private string Name => System.IO.Path.GetFileName(Path);

    public void Write(ModelCard card) => Write(Card, card.ToJson().ToString() + "\n");

    public void Write(IReadOnlyList<string> labels) => Write(Labels, string.Concat(labels.Select(label => label + "\n")));

    /// <summary>Gives the gathered network its name, over one that was there.</summary>
    public void Commit() => Guard(Model, () => File.Move(Part, Model, overwrite: true));

    /// <summary>Leaves no trace of a network of which nothing came.</summary>
    public void Tidy() => Guard(Path, () =>
    {
        if (File.Exists(Part) && new FileInfo(Part).Length == 0)
            File.Delete(Part);
        if (!Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    });

    /// <summary>Runs <paramref name="write"/> and turns its failure into an error about <paramref name="path"/>.</summary>
    internal static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new LiveCamException("Cannot write", path, WriteFailure.Why(e), "Make room, or choose another folder with --dir", inner: e);
        }
    }

    internal static void Guard(string path, Action write) => Guard(path, () =>
    {
        write();
        return true;
    });

    private static void Write(string path, string text) => Guard(path, () => File.WriteAllText(path, text));

    private static string Full(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
}
