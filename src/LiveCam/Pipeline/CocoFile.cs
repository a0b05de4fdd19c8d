using System.Text.Json;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary>
/// <c>--boxes out.json</c>: the format of COCO (Lin et al. 2014), boxes [x, y, width, height] in pixels, each with a score. It is one JSON
/// value, so it is kept in memory, some forty bytes a box, and written whole: empty at the start, with everything at the end.
/// </summary>
internal sealed class CocoFile : BoxFile
{
    private readonly List<Image> _images = [];
    private readonly List<Annotation> _annotations = [];

    public CocoFile(string path, IReadOnlyList<string> classes)
        : base(path, classes) => Complete();

    public override void Write(FrameNote note)
    {
        // A picture that stands still is explained again when what is to be explained was changed: the newest explanation holds.
        if (_images.Count > 0 && _images[^1].Sequence == note.Sequence)
            TakeBack();
        _images.Add(new Image(note.Sequence, note.Seconds, note.Width, note.Height, PictureName(note), _annotations.Count));
        foreach (var box in note.Boxes)
            _annotations.Add(new Annotation(_images.Count, note.Targets[box.Target].Index, box));
        Boxes = _annotations.Count;
    }

    public override void Complete() => OutputPath.Write(Path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, ExplanationRecord.Readable);
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (var i = 0; i < _images.Count; i++)
            Write(json, i + 1, _images[i]);
        json.WriteEndArray();
        json.WriteStartArray("annotations");
        for (var i = 0; i < _annotations.Count; i++)
            Write(json, i + 1, _annotations[i], _images[_annotations[i].ImageId - 1]);
        json.WriteEndArray();
        WriteCategories(json);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, int id, in Image image)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteString("file_name", image.FileName);
        json.WriteNumber("frame", image.Sequence);
        json.WriteNumber("time", Math.Round(image.Seconds, 6));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, int id, in Annotation annotation, in Image image)
    {
        var box = annotation.Box;
        var (width, height) = (Pixels(box.Width, image.Width), Pixels(box.Height, image.Height));
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", annotation.ImageId);
        json.WriteNumber("category_id", annotation.Category);
        json.WriteStartArray("bbox");
        json.WriteNumberValue(Pixels(box.X, image.Width));
        json.WriteNumberValue(Pixels(box.Y, image.Height));
        json.WriteNumberValue(width);
        json.WriteNumberValue(height);
        json.WriteEndArray();
        json.WriteNumber("area", Math.Round(width * height, 2));
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("score", float.IsFinite(box.Score) ? box.Score : 0);
        json.WriteEndObject();
    }

    /// <summary>Hundredths of a pixel are finer than any map.</summary>
    private static double Pixels(float share, int size) => Math.Round((double)share * size, 2);

    private void WriteCategories(Utf8JsonWriter json)
    {
        json.WriteStartArray("categories");
        for (var i = 0; i < Classes.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i);
            json.WriteString("name", Classes[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void TakeBack()
    {
        var first = _images[^1].FirstAnnotation;
        _annotations.RemoveRange(first, _annotations.Count - first);
        _images.RemoveAt(_images.Count - 1);
    }

    private readonly record struct Image(long Sequence, double Seconds, int Width, int Height, string FileName, int FirstAnnotation);

    /// <param name="ImageId">Position of its image, from 1: readers of COCO take 0 for none.</param>
    /// <param name="Category">Class index.</param>
    /// <param name="Box">In shares of the picture.</param>
    private readonly record struct Annotation(int ImageId, int Category, BoundingBox Box);
}
