using Google.Protobuf;

namespace LiveCam.Onnx.Model;

/// <summary>Between .onnx files and their message, refusing what is none.</summary>
internal static class OnnxFile
{
    /// <summary>Protobuf, and so ONNX Runtime, takes no longer message.</summary>
    public const long MostBytes = int.MaxValue;

    /// <summary>Bytes from which on weights may lie beside a model, and where in a file they begin.</summary>
    private const int LargeTensor = 1 << 20, Page = 1 << 16;

    private const string Again = "Copy or download it again, or export the model anew";

    /// <summary>Reads a file, with the weights it keeps in other files of its folder.</summary>
    /// <exception cref="ModelException">Missing, empty, damaged, too long, or with weights that cannot be had.</exception>
    public static ModelProto Open(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length == 0)
                throw Empty(path);
            if (file.Exists && file.Length > MostBytes)
                throw Refuse(path, $"it is {file.Length} bytes long, and a model of more than {MostBytes} cannot be run", "Choose a smaller network");
            using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.Read);
            var model = Parse(stream, path);
            new ExternalData(path).Inline(model, file.Length);
            return model;
        }
        catch (InvalidGraphException error)
        {
            throw Refuse(path, error.Message, Again, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refuse(path, error.Message.TrimEnd('.'), "Check the path, and that the file may be read", error);
        }
    }

    /// <summary>Reads a model from memory. The bytes are not copied and must not change while the model is used.</summary>
    /// <exception cref="ModelException">Empty, damaged, another kind of file, or with weights elsewhere.</exception>
    public static ModelProto Read(byte[] bytes, string source)
    {
        if (bytes.Length == 0)
            throw Empty(source);
        var model = Parse(new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true), source);
        return ExternalData.Of(model).FirstOrDefault() is { } tensor
            ? throw Refuse(source, $"the weights '{tensor.Name}' are stored in a separate file, '{ExternalData.Location(tensor)}'",
                "Pass the path of the model, beside which that file lies")
            : model;
    }

    /// <summary>Writes a file whole or not at all: what was there stays until everything is on the disk.</summary>
    /// <exception cref="ModelException">The folder is missing or full, or may not be written to.</exception>
    public static void Write(ModelProto model, string path)
    {
        // Protobuf adds lengths up in 32 bits and would write a file that nobody can read.
        if (model.Graph.Initializer.Sum(t => (long)t.CalculateSize()) > MostBytes)
            throw Unwritten(path, $"its weights alone are longer than {MostBytes} bytes", "Choose a smaller network");
        try
        {
            var full = Path.GetFullPath(path);
            var unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetRandomFileName()}.tmp");
            try
            {
                using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                {
                    model.WriteTo(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(unfinished, full, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritten(path, error.Message.TrimEnd('.'), "Choose a place that can be written and has room", error);
        }
    }

    /// <summary>Writes a file whose large weights lie in another one beside it, which runtimes map instead of copying. The two belong
    /// together.</summary>
    /// <exception cref="ModelException">The folder is missing or full, or may not be written to.</exception>
    public static void WriteWithWeightsBeside(ModelProto model, string path)
    {
        var (light, weights) = (model.Clone(), path + ".weights");
        try
        {
            using var file = new FileStream(weights, FileMode.Create, FileAccess.Write, FileShare.None);
            foreach (var tensor in light.Graph.Initializer.Where(t => t.RawData.Length >= LargeTensor))
            {
                // Where a runtime maps memory, data must begin on one of its pages.
                file.Position = (file.Position + Page - 1) / Page * Page;
                tensor.ExternalData.Add([Entry("location", Path.GetFileName(weights)), Entry("offset", $"{file.Position}"),
                    Entry("length", $"{tensor.RawData.Length}")]);
                file.Write(tensor.RawData.Span);
                tensor.ClearRawData();
                tensor.DataLocation = ExternalData.External;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(weights, error.Message.TrimEnd('.'), "Choose a place that can be written and has room", error);
        }
        Write(light, path);

        static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
    }

    public static ModelException Refuse(string source, string why, string fix, Exception? inner = null) =>
        new("Cannot read the model", source, why, fix, inner);

    private static ModelException Unwritten(string path, string why, string fix, Exception? inner = null) =>
        new("Cannot write the model", path, why, fix, inner) { IsAboutTheRequest = true };

    private static ModelException Empty(string source) => Refuse(source, "the file is empty", "Copy or download it again");

    private static ModelProto Parse(Stream stream, string source)
    {
        ModelProto model;
        try
        {
            model = MessageReader.Read(stream);
        }
        catch (InvalidDataException error)
        {
            throw Refuse(source, $"the file is truncated, damaged or not in ONNX format: {error.Message}", Again, error);
        }
        if (model.Graph is not { Node.Count: > 0 })
            throw Refuse(source, "the file contains no graph", "Pass an .onnx model");
        if (model.Functions is [var function, ..])
            throw Refuse(source, $"it defines operators of its own, such as '{function.Name}'", "Export it with its functions inlined");
        return model.Graph.SparseInitializer is [var sparse, ..]
            ? throw Refuse(source, $"the weights '{sparse.Values?.Name}' are sparse", "Export it with dense weights")
            : model;
    }
}
