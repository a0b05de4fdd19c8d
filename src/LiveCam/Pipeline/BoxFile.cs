using System.Globalization;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary>Where <c>--boxes</c> goes, in a format that annotation and training tools read. Documented in docs/boxes.md. Used by one thread at a time.</summary>
/// <param name="path">What the user named.</param>
/// <param name="classes">Names of all classes of the network, by index.</param>
internal abstract class BoxFile(string path, IReadOnlyList<string> classes) : NoteFile
{
    /// <summary>For the help.</summary>
    public const string Usage = "boxes.json (COCO), boxes/ or boxes.txt (YOLO), boxes.xml (CVAT)";

    public string Path { get; } = path;

    /// <summary>Boxes written.</summary>
    public long Boxes { get; protected set; }

    protected IReadOnlyList<string> Classes { get; } = classes;

    /// <summary>Opens the file or folder the user named; whether it can be written is known on return.</summary>
    public static BoxFile Open(string path, IReadOnlyList<string> classes)
    {
        var extension = System.IO.Path.GetExtension(path);
        if (path.EndsWith('/') || Directory.Exists(path) || extension.Length == 0)
            return new YoloFolder(path, classes);
        return extension.ToLowerInvariant() switch
        {
            ".json" => new CocoFile(path, classes),
            ".txt" => new YoloFile(path, classes),
            ".xml" => new CvatFile(path, classes),
            _ => throw new LiveCamException("Cannot write boxes", path, $"'{extension}' is no kind of boxes", $"Write for example {Usage}"),
        };
    }

    public override string Summary => $"{Boxes} boxes to {Path}";

    /// <summary>The picture's own file name, or that which <c>annotate --out folder/</c> gives the frame.</summary>
    protected static string PictureName(FrameNote note) => note.File is { } file
        ? System.IO.Path.GetFileName(file)
        : string.Create(CultureInfo.InvariantCulture, $"{note.Sequence:D5}.png");
}
