using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>
/// Where the things of pictures are, by the pictures' file names: boxes of COCO or VOC, or masks. A box whose name is a class of the network is one of that class; any other, and one
/// without a name, is of whatever class is asked about.
/// </summary>
internal sealed class GroundTruth
{
    /// <summary>No picture is so large.</summary>
    private const double MostPixels = 1e6;

    private readonly Dictionary<string, List<Box>> _boxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, int> _strangers = new(StringComparer.OrdinalIgnoreCase);
    private readonly IReadOnlyList<string> _labels;
    private readonly Dictionary<string, (int Width, int Height)> _sizes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _masks = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _source;

    /// <param name="boxes">A COCO file, a folder of VOC's XML files, or null.</param>
    /// <param name="masks">A folder of pictures of the same names, not black where the thing is, or null.</param>
    /// <param name="labels">The network's class names, empty when it has none.</param>
    public GroundTruth(string? boxes, string? masks, IReadOnlyList<string> labels)
    {
        (_source, _labels) = (boxes ?? "", labels);
        if (masks is not null)
            ListMasks(masks);
        if (boxes is null)
            return;
        if (Directory.Exists(boxes))
            foreach (var file in Directory.EnumerateFiles(boxes, "*.xml").Order(StringComparer.Ordinal))
                ReadVoc(file);
        else
            ReadCoco(boxes);
    }

    /// <summary>A sentence on names of boxes that are no class of the network, or null when there are none, or the network names nothing.</summary>
    public string? Remark
    {
        get
        {
            if (_strangers.Count == 0 || _labels.Count == 0)
                return null;
            var shown = _strangers.Keys.Take(5).ToList();
            var others = _strangers.Count > shown.Count ? $" and {_strangers.Count - shown.Count} more" : "";
            var count = _strangers.Values.Sum();
            return $"{count} {(count == 1 ? "box counts" : "boxes count")} whatever the class: no class of the network is called {string.Join(", ", shown.Select(name => $"'{name}'"))}{others}";
        }
    }

    /// <summary>1 where the things of a class are, [height, width]; null where nobody has said.</summary>
    /// <param name="picture">Its path or name.</param>
    /// <param name="width">Of the picture, pixels.</param>
    /// <param name="height">Of the picture, pixels.</param>
    /// <param name="target">Index of the class that is asked about; masks are of any.</param>
    public byte[]? MaskOf(string picture, int width, int height, int target)
    {
        var name = Path.GetFileName(picture);
        if (_masks.TryGetValue(Path.GetFileNameWithoutExtension(name), out var file))
            return ReadMask(file, width, height);
        if (!_boxes.TryGetValue(name, out var all) || all.Where(box => box.Class is null || box.Class == target).ToList() is not { Count: > 0 } boxes)
            return null;
        if (_sizes.TryGetValue(name, out var said) && said != (width, height))
            throw new LiveCamException("Cannot use the boxes of", name, $"'{_source}' says that it is {said.Width}x{said.Height}, and it is {width}x{height}", "Give the pictures in the size in which the boxes were drawn");
        var mask = new byte[width * height];
        foreach (var (x, y, boxWidth, boxHeight, _) in boxes)
            for (var row = Math.Max(0, (int)Math.Floor(y)); row < Math.Min(height, Math.Ceiling(y + boxHeight)); row++)
                for (var column = Math.Max(0, (int)Math.Floor(x)); column < Math.Min(width, Math.Ceiling(x + boxWidth)); column++)
                    mask[row * width + column] = 1;
        return mask.Contains((byte)1) ? mask
            : throw new LiveCamException("Cannot use the boxes of", name, $"they cover none of its {width}x{height} pixels", "Give the pictures in the size in which the boxes were drawn");
    }

    private void ListMasks(string folder)
    {
        if (!Directory.Exists(folder))
            throw new LiveCamException("Cannot read the masks", folder, "there is no such folder", "Name a folder with a PNG for each picture");
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            _masks.TryAdd(Path.GetFileNameWithoutExtension(file), file);
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
        var names = new Dictionary<long, string>();
        foreach (var image in json.RootElement.GetProperty("images").EnumerateArray())
        {
            var (id, name) = (image.GetProperty("id").GetInt64(), Path.GetFileName(image.GetProperty("file_name").GetString() ?? throw new FormatException("an image has no file_name")));
            if (!names.TryAdd(id, name))
                throw new FormatException($"two images have the id {id}");
            if (image.TryGetProperty("width", out var width) && image.TryGetProperty("height", out var height))
                AddSize(name, width.GetInt32(), height.GetInt32());
        }
        var categories = json.RootElement.TryGetProperty("categories", out var list)
            ? list.EnumerateArray().ToDictionary(category => category.GetProperty("id").GetInt64(), category => category.GetProperty("name").GetString()) : [];
        foreach (var annotation in json.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var (box, of) = (annotation.GetProperty("bbox"), annotation.GetProperty("image_id").GetInt64());
            if (!names.TryGetValue(of, out var picture))
                throw new FormatException($"a box is of the image {of}, and none has that id");
            var label = annotation.TryGetProperty("category_id", out var category) ? categories.GetValueOrDefault(category.GetInt64()) : null;
            Add(picture, label, box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());
        }
    });

    private void ReadVoc(string path) => Guard(path, () =>
    {
        var root = XDocument.Load(path).Root!;
        var name = (string?)root.Element("filename") ?? Path.GetFileNameWithoutExtension(path) + ".jpg";
        if (root.Element("size") is { } size && (int?)size.Element("width") is { } width && (int?)size.Element("height") is { } height)
            AddSize(name, width, height);
        foreach (var thing in root.Elements("object"))
        {
            var box = thing.Element("bndbox") ?? throw new FormatException("an object has no bndbox");
            double At(string side) => double.Parse((string?)box.Element(side) ?? throw new FormatException($"a box has no {side}"), CultureInfo.InvariantCulture);
            // VOC counts pixels from 1, and the last is inside.
            Add(name, (string?)thing.Element("name"), At("xmin") - 1, At("ymin") - 1, At("xmax") - At("xmin") + 1, At("ymax") - At("ymin") + 1);
        }
    });

    // Not every program knows the size, and then writes 0.
    private void AddSize(string picture, int width, int height)
    {
        if (width > 0 && height > 0)
            _sizes[picture] = (width, height);
    }

    private void Add(string picture, string? label, double x, double y, double width, double height)
    {
        if (!(Math.Abs(x) <= MostPixels && Math.Abs(y) <= MostPixels && width >= 0 && width <= MostPixels && height >= 0 && height <= MostPixels))
            throw new FormatException($"a box of {picture} is {width:G6} x {height:G6} at {x:G6}, {y:G6}");
        var target = string.IsNullOrWhiteSpace(label) ? null : ClassExpression.IndexOf(label.Trim(), _labels);
        if (target is null && !string.IsNullOrWhiteSpace(label))
            _strangers[label.Trim()] = _strangers.GetValueOrDefault(label.Trim()) + 1;
        if (!_boxes.TryGetValue(picture, out var list))
            _boxes[picture] = list = [];
        list.Add(new Box(x, y, width, height, target));
    }

    private static void Guard(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or System.Xml.XmlException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new LiveCamException("Cannot read the boxes", path, e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                FormatException => e.Message.TrimEnd('.'),
                _ => $"they are neither COCO nor VOC: {e.Message.Split('\n')[0].TrimEnd('.')}",
            },
                "Give a COCO file (.json), or a folder of VOC's .xml files", inner: e);
        }
    }

    /// <summary>In pixels from the picture's upper left corner; of one class of the network, or of whichever is asked about.</summary>
    private readonly record struct Box(double X, double Y, double Width, double Height, int? Class);
}
