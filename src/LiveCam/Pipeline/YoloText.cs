using System.Globalization;
using System.Text;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary>The text of YOLO's labels: a line a box, "class cx cy w h", class index and shares of the picture's width and height.</summary>
internal static class YoloText
{
    public static void Write(string path, FrameNote note)
    {
        var text = new StringBuilder();
        foreach (var box in note.Boxes)
            text.Append(CultureInfo.InvariantCulture,
                $"{note.Targets[box.Target].Index} {box.X + box.Width / 2:F6} {box.Y + box.Height / 2:F6} {box.Width:F6} {box.Height:F6}\n");
        Write(path, text.ToString());
    }

    public static void Write(string path, string text) => OutputPath.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

/// <summary><c>--boxes labels/</c>: a file a picture, named like it, empty where there is no box, and classes.txt, whose lines are the class names.</summary>
internal sealed class YoloFolder : BoxFile
{
    public YoloFolder(string path, IReadOnlyList<string> classes)
        : base(path, classes)
    {
        OutputPath.CreateFolder(path);
        YoloText.Write(System.IO.Path.Combine(path, "classes.txt"), string.Concat(classes.Select(name => name + "\n")));
    }

    public override void Write(FrameNote note)
    {
        YoloText.Write(System.IO.Path.Combine(Path, System.IO.Path.ChangeExtension(PictureName(note), ".txt")), note);
        Boxes += note.Boxes.Count;
    }

    public override void Complete()
    {
    }
}

/// <summary><c>--boxes boxes.txt</c>: the boxes of one picture. A second picture is refused, because it would take the first one's place.</summary>
internal sealed class YoloFile : BoxFile
{
    private long? _sequence;

    public YoloFile(string path, IReadOnlyList<string> classes)
        : base(path, classes) => YoloText.Write(path, "");

    public override void Write(FrameNote note)
    {
        if (_sequence is { } only && only != note.Sequence)
            throw new LiveCamException("Cannot write boxes", Path, "it holds those of one picture, and there are more",
                $"Name a folder, for example {System.IO.Path.GetFileNameWithoutExtension(Path)}/, or a .json");
        _sequence = note.Sequence;
        YoloText.Write(Path, note);
        Boxes = note.Boxes.Count;
    }

    public override void Complete()
    {
    }
}
