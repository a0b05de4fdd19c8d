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
    private readonly Dictionary<string, List<Box>> _boxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, int> _strangers = new(StringComparer.OrdinalIgnoreCase);
    private readonly IReadOnlyList<string> _labels;
    private readonly string? _masks;

    /// <param name="boxes">A COCO file, a folder of VOC's XML files, or null.</param>
    /// <param name="masks">A folder of pictures of the same names, not black where the thing is, or null.</param>
    /// <param name="labels">The network's class names, empty when it has none.</param>
    public GroundTruth(string? boxes, string? masks, IReadOnlyList<string> labels)
    {
        (_masks, _labels) = (masks, labels);
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

    /// <summary>A sentence on names of boxes that are no class of the network, or null when there are none, or the network names nothing.</summary>
    public string? Remark
    {
        get
        {
            if (_strangers.Count == 0 || _labels.Count == 0)
                return null;
            var (shown, first) = (_strangers.Keys.Take(5).ToList(), _strangers.Keys.First());
            var others = _strangers.Count > shown.Count ? $" and {_strangers.Count - shown.Count} more" : "";
            var count = _strangers.Values.Sum();
            return $"{count} {(count == 1 ? "box counts" : "boxes count")} whatever the class: no class of the network is called {string.Join(", ", shown.Select(name => $"'{name}'"))}{others}. "
                + NearestNames.Suggest(first, _labels.SelectMany(label => label.Split(',', StringSplitOptions.TrimEntries)));
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
        if (_masks is not null && Directory.EnumerateFiles(_masks, Path.GetFileNameWithoutExtension(name) + ".*").Order(StringComparer.Ordinal).FirstOrDefault() is { } file)
            return ReadMask(file, width, height);
        if (!_boxes.TryGetValue(name, out var all) || all.Where(box => box.Class is null || box.Class == target).ToList() is not { Count: > 0 } boxes)
            return null;
        var mask = new byte[width * height];
        foreach (var (x, y, boxWidth, boxHeight, _) in boxes)
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
        var categories = json.RootElement.TryGetProperty("categories", out var list)
            ? list.EnumerateArray().ToDictionary(category => category.GetProperty("id").GetInt64(), category => category.GetProperty("name").GetString()) : [];
        foreach (var annotation in json.RootElement.GetProperty("annotations").EnumerateArray())
        {
            var box = annotation.GetProperty("bbox");
            var label = annotation.TryGetProperty("category_id", out var category) ? categories.GetValueOrDefault(category.GetInt64()) : null;
            Add(names[annotation.GetProperty("image_id").GetInt64()], label, box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());
        }
    });

    private void ReadVoc(string path) => Guard(path, () =>
    {
        var root = XDocument.Load(path).Root!;
        var name = (string?)root.Element("filename") ?? Path.GetFileNameWithoutExtension(path) + ".jpg";
        foreach (var thing in root.Elements("object"))
        {
            var box = thing.Element("bndbox") ?? throw new FormatException("an object has no bndbox");
            double At(string side) => double.Parse((string?)box.Element(side) ?? throw new FormatException($"a box has no {side}"), CultureInfo.InvariantCulture);
            // VOC counts pixels from 1, and the last is inside.
            Add(name, (string?)thing.Element("name"), At("xmin") - 1, At("ymin") - 1, At("xmax") - At("xmin") + 1, At("ymax") - At("ymin") + 1);
        }
    });

    private void Add(string picture, string? label, double x, double y, double width, double height)
    {
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
            throw new LiveCamException("Cannot read the boxes", path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"they are neither COCO nor VOC: {e.Message.Split('\n')[0].TrimEnd('.')}",
                "Give a COCO file (.json), or a folder of VOC's .xml files", inner: e);
        }
    }

    /// <summary>In pixels from the picture's upper left corner; of one class of the network, or of whichever is asked about.</summary>
    private readonly record struct Box(double X, double Y, double Width, double Height, int? Class);
}
