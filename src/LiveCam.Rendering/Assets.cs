using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The folders that come with the program. Inside the repository its own are used, so that a saved shader shows at once; elsewhere those
/// beside the program.</summary>
public static class Assets
{
    /// <summary>The folder <paramref name="name"/>: "shaders", "scenes". Throws <see cref="LiveCamException"/> when it is nowhere.</summary>
    public static string Folder(string name)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, name);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LiveCam.sln")) && Directory.Exists(Path.Combine(folder.FullName, name)))
                return Path.Combine(folder.FullName, name);
        return Directory.Exists(beside)
            ? beside
            : throw new LiveCamException("Cannot find", name, $"there is no folder {beside}", "Install LiveCam again, or run it from its repository");
    }
}
