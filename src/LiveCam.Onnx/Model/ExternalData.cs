using System.Globalization;
using Google.Protobuf;

namespace LiveCam.Onnx.Model;

/// <summary>
/// Weights that a model keeps in other files. Only files of the model's own folder are read: a model is foreign data, and must not be able to
/// name any file of this machine.
/// </summary>
/// <param name="path">The model's file.</param>
internal sealed class ExternalData(string path)
{
    public const int External = 1;

    /// <summary>As many links as Linux follows.</summary>
    private const int MostLinks = 40;

    private readonly string _folder = RealPath(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>The tensors whose data lies elsewhere, those in attributes and subgraphs among them.</summary>
    public static IEnumerable<TensorProto> Of(ModelProto model) => Tensors(model.Graph).Where(t => t.DataLocation == External);

    /// <summary>The file a tensor names.</summary>
    public static string Location(TensorProto tensor) => Entry(tensor, "location") ?? "";

    /// <summary>Moves the data of all tensors into the message.</summary>
    /// <param name="model">As it was read.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ModelException">A location outside the folder, or data that is missing, short or too long in sum.</exception>
    public void Inline(ModelProto model, long length)
    {
        foreach (var tensor in Of(model))
        {
            var bytes = TensorSize.Bytes(tensor) ?? throw Refuse(tensor, $"holds elements of type {tensor.DataType}, whose size is not known");
            length += Math.Min(bytes, OnnxFile.MostBytes + 1);
            if (length > OnnxFile.MostBytes)
                throw Refuse(tensor, $"makes the model larger than {OnnxFile.MostBytes} bytes, which cannot be run");
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(Read(tensor, bytes));
            tensor.ExternalData.Clear();
            tensor.DataLocation = 0;
        }
    }

    private byte[] Read(TensorProto tensor, long size)
    {
        var file = new FileInfo(Locate(tensor));
        if (!file.Exists)
            throw Refuse(tensor, "is not there");
        var (offset, length) = (Number(tensor, "offset") ?? 0, Number(tensor, "length"));
        if (length is { } given && given != size)
            throw Refuse(tensor, $"gives it {given} bytes where its sizes and type need {size}");
        if (offset > file.Length - size)
            throw Refuse(tensor, $"is {file.Length} bytes long, too short for {size} at {offset}");
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        if (size == 0)
            return bytes;
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The file's real path, which must lie in the model's folder.</summary>
    private string Locate(TensorProto tensor)
    {
        var location = Location(tensor);
        if (location.Length == 0 || location.Contains('\0', StringComparison.Ordinal))
            throw Refuse(tensor, "is no file name");
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw Refuse(tensor, "leads out of the model's folder");
        var real = RealPath(Path.Combine(_folder, location));
        return real.StartsWith(Path.TrimEndingDirectorySeparator(_folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? real
            : throw Refuse(tensor, "leads out of the model's folder");
    }

    /// <summary>The path with every symbolic link on it followed.</summary>
    /// <exception cref="IOException">Links in a circle.</exception>
    private static string RealPath(string path)
    {
        var (real, links) = (Path.GetPathRoot(path)!, 0);
        var parts = new Stack<string>(Parts(path));
        while (parts.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"'{path}' leads through too many symbolic links");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            foreach (var step in Parts(target))
                parts.Push(step);
        }
        return real;

        static IEnumerable<string> Parts(string path) => path[Path.GetPathRoot(path)!.Length..]
            .Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Where(part => part.Length > 0).Reverse();
    }

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer.Concat(graph.Node
        .SelectMany(n => n.Attribute)
        .SelectMany(a => (a.T is null ? a.Tensors : a.Tensors.Prepend(a.T))
            .Concat((a.G is null ? a.Graphs : a.Graphs.Prepend(a.G)).SelectMany(Tensors))));

    private long? Number(TensorProto tensor, string key)
    {
        if (Entry(tensor, key) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refuse(tensor, $"has the {key} '{text}', which is no number of bytes");
    }

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private ModelException Refuse(TensorProto tensor, string why) => OnnxFile.Refuse(path,
        $"the weights '{tensor.Name}' lie in '{Location(tensor)}', which {why}",
        "Put the files of the model together in one folder, or export it anew");
}
