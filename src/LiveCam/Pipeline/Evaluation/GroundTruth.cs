using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>Where the things of pictures are, by the pictures' file names: boxes of COCO or VOC, or masks.</summary>
internal sealed class GroundTruth
{
    private readonly Dictionary<string, List<(double X, double Y, double Width, double Height)>> _boxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly string? _masks;

    /// <param name="boxes">A COCO file, a folder of VOC's XML files, or null.</param>
    /// <param name="masks">A folder of pictures of the same names, not black where the thing is, or null.</param>
    public GroundTruth(string? boxes, string? masks)
    {
        _masks = masks;
        if (masks is not null && !Directory.Exists(masks))
            throw new LiveCamException("Cannot read the masks", masks, "there is no such folder", "Name a folder with a PNG for each picture");
        if (boxes is null)
            return;
        if (Directory.Exists(boxes))
            foreach (var file in Directory.EnumerateFiles(boxes, "*.xml").Order(StringComparer.Ordinal))
                ReadVoc(file);
        else
            ReadCoco(boxes);
    }

    /// <summary>1 where the things are, [height, width]; null where nobody has said.</summary>
    public byte[]? MaskOf(string picture, int width, int height)
    {
        var name = Path.GetFileName(picture);
        if (_masks is not null && Directory.EnumerateFiles(_masks, Path.GetFileNameWithoutExtension(name) + ".*").Order(StringComparer.Ordinal).FirstOrDefault() is { } file)
            return ReadMask(file, width, height);
        if (!_boxes.TryGetValue(name, out var boxes))
            return null;
        var mask = new byte[width * height];
        foreach (var (x, y, boxWidth, boxHeight) in boxes)
            for (var row = Math.Max(0, (int)Math.Floor(y)); row < Math.Min(height, Math.Ceiling(y + boxHeight)); row++)
                for (var column = Math.Max(0, (int)Math.Floor(x)); column < Math.Min(width, Math.Ceiling(x + boxWidth)); column++)
                    mask[row * width + column] = 1;
        return mask;
    }

    private static byte[] ReadMask(string file, int width, int height)
    {
        using var pool = new FramePool();
        using var source = SourceSchemes.Open(file, new SourceOptions());
        source.Read(pool, out var frame);
        using (frame)
        {
            if ((frame!.Width, frame.Height) != (width, height))
                throw new LiveCamException("Cannot use the mask", file, $"it is {frame.Width}x{frame.Height}, and the picture {width}x{height}", "Give masks of the pictures' own size");
            var mask = new byte[width * height];
            for (var i = 0; i < mask.Length; i++)
                mask[i] = frame.Pixels[3 * i] > 0 || frame.Pixels[3 * i + 1] > 0 || frame.Pixels[3 * i + 2] > 0 ? (byte)1 : (byte)0;
            return mask;
        }
    }

    private void ReadCoco(string path) => Guard(path, () =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var names = json.RootElement.GetProperty("images").EnumerateArray().ToDictionary(image => image.GetProperty("id").GetInt64(), image => Path.GetFileName(image.GetProperty("file_name").GetString()!));
        foreach (var annotation in json.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var box = annotation.GetProperty("bbox");
            Add(names[annotation.GetProperty("image_id").GetInt64()], box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());
        }
    });

    private void ReadVoc(string path) => Guard(path, () =>
    {
        var root = XDocument.Load(path).Root!;
        var name = (string?)root.Element("filename") ?? Path.GetFileNameWithoutExtension(path) + ".jpg";
        foreach (var box in root.Elements("object").Select(thing => thing.Element("bndbox") ?? throw new FormatException("an object has no bndbox")))
        {
            double At(string side) => double.Parse((string?)box.Element(side) ?? throw new FormatException($"a box has no {side}"), CultureInfo.InvariantCulture);
            // VOC counts pixels from 1, and the last is inside.
            Add(name, At("xmin") - 1, At("ymin") - 1, At("xmax") - At("xmin") + 1, At("ymax") - At("ymin") + 1);
        }
    });

    private void Add(string name, double x, double y, double width, double height)
    {
        if (!_boxes.TryGetValue(name, out var list))
            _boxes[name] = list = [];
        list.Add((x, y, width, height));
    }

    private static void Guard(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or System.Xml.XmlException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentNullException or IndexOutOfRangeException)
        {
            throw new LiveCamException("Cannot read the boxes", path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"they are neither COCO nor VOC: {e.Message.Split('\n')[0].TrimEnd('.')}",
                "Give a COCO file (.json), or a folder of VOC's .xml files", inner: e);
        }
    }
}
