using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>Opens what is named by a path on this machine: a picture, a video, a folder, a glob.</summary>
internal static class LocalFiles
{
    private static readonly string[] VideoExtensions =
        [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".ogv", ".flv", ".wmv", ".3gp", ".mjpg", ".mjpeg", ".gif"];

    public static bool IsGlob(string path) => path.AsSpan().ContainsAny('*', '?') && !Path.Exists(path);

    public static FrameSource OpenPicture(string path, SourceOptions options)
    {
        MustExist(path);
        return options.Loop ? new LoopingSource(() => PictureSource.Open(path)) : PictureSource.Open(path);
    }

    public static FrameSource OpenVideo(string path, SourceOptions options)
    {
        MustExist(path);
        return options.Loop ? new LoopingSource(() => VideoFileSource.Open(path, options)) : VideoFileSource.Open(path, options);
    }

    public static FrameSource OpenFolder(string path, SourceOptions options) => OpenAll(path, InFolder(path), options);

    public static FrameSource OpenGlob(string pattern, SourceOptions options) => OpenAll(pattern, Matching(pattern), options);

    /// <summary>The pictures and videos of a folder; at least one, or it throws.</summary>
    public static List<string> InFolder(string path) => Usable(path, Directory.EnumerateFiles(path), "there is no picture and no video in it");

    /// <summary>Those that match <c>*</c> and <c>?</c> in the last part of the path, as a shell would match them; at least one, or it throws.</summary>
    public static List<string> Matching(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern) is { Length: > 0 } named ? named : ".";
        if (!Directory.Exists(folder))
            throw Missing(pattern, folder);
        var matches = Directory.EnumerateFiles(folder, Path.GetFileName(pattern))
            .Select(file => folder == "." ? Path.GetFileName(file) : file);
        return Usable(pattern, matches, "no picture or video matches it");
    }

    /// <summary>Throws the error for a path that leads nowhere, with the nearest names of its folder.</summary>
    public static void MustExist(string path)
    {
        if (!File.Exists(path))
            throw Missing(path, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static FrameSource OpenAll(string name, List<string> files, SourceOptions options) =>
        options.Loop ? new LoopingSource(() => new PlaylistSource(name, files, options)) : new PlaylistSource(name, files, options);

    private static List<string> Usable(string name, IEnumerable<string> files, string none)
    {
        List<string> usable = [.. files.Where(file => PictureSource.IsPicture(file) || VideoExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(new NaturalOrder())];
        return usable.Count > 0 ? usable : throw new LiveCamException("Cannot open", name, none,
            $"Pictures end in {string.Join(' ', PictureSource.Extensions.Take(6))} …, videos in {string.Join(' ', VideoExtensions.Take(6))} …");
    }

    private static LiveCamException Missing(string path, string folder)
    {
        if (!Directory.Exists(folder))
            return new LiveCamException("Cannot open", path, $"the folder '{folder}' does not exist", "Check the path");
        var names = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).OfType<string>();
        return new LiveCamException("Cannot open", path, "there is no such file", Names(path, names));
    }

    private static string Names(string path, IEnumerable<string> names)
    {
        var name = Path.GetFileName(path);
        var near = names.Where(other => NearestNames.EditDistance(name, other) <= Math.Max(3, name.Length / 2)).ToList();
        return near.Count == 0 ? "Check the path; 'livecam view --help' lists what can be opened" : NearestNames.Suggest(name, near);
    }
}
