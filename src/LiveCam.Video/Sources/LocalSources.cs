using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>The pictures and videos that a path names: itself, or those of a folder or a glob.</summary>
public static class LocalSources
{
    /// <summary>Whether the file is a picture by its name.</summary>
    public static bool IsPicture(string path) => PictureSource.IsPicture(path);

    /// <summary>The files of a folder or a glob by name, as people count; anything else is one source. Throws <see cref="LiveCamException"/> when there are none.</summary>
    public static IReadOnlyList<string> Of(string source) => SourceSchemes.SchemeOf(source).Name switch
    {
        "folder" => LocalFiles.InFolder(source),
        "glob" => LocalFiles.Matching(source),
        _ => [source],
    };
}
