using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Models on disk: weights beside them, and writing whole or not at all.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly string _root = Repository.NewFolder();
    private readonly string _folder;

    public OnnxFileTests()
    {
        _folder = Path.Combine(_root, "model");
        Directory.CreateDirectory(Path.Combine(_folder, "weights"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Weights_beside_the_model_are_those_it_was_saved_with()
    {
        var (model, expected) = (Small(), Small());
        var data = new MemoryStream();
        data.Write([1, 2, 3]);
        foreach (var tensor in model.Graph.Initializer)
            Externalise(tensor, "weights/all.bin", data);
        var constant = Tensor.Ints(5, 6).ToProto("five");
        expected.Graph.Node.Add(ConstantNode(constant.Clone()));
        Externalise(constant, "weights/all.bin", data);
        model.Graph.Node.Add(ConstantNode(constant));
        File.WriteAllBytes(Path.Combine(_folder, "weights", "all.bin"), data.ToArray());
        Assert.Equal(expected, OnnxFile.Open(Save(model)));
    }

    [Fact]
    public void Without_offset_and_length_the_data_begins_with_the_file()
    {
        var model = Small();
        var tensor = model.Graph.Initializer[0];
        File.WriteAllBytes(Path.Combine(_folder, "w.bin"), [.. tensor.RawData, 9, 9]);
        Externalise(tensor, "w.bin", new MemoryStream());
        foreach (var entry in tensor.ExternalData.Skip(1).ToArray())
            tensor.ExternalData.Remove(entry);
        Assert.Equal(Small(), OnnxFile.Open(Save(model)));
    }

    [Theory]
    [InlineData("../secret", 0, 432, "leads out of the model's folder")]
    [InlineData("weights/../../secret", 0, 432, "leads out of the model's folder")]
    [InlineData("..\\secret", 0, 432, "leads out of the model's folder")]
    [InlineData("/etc/passwd", 0, 432, "leads out of the model's folder")]
    [InlineData("linked file", 0, 432, "leads out of the model's folder")]
    [InlineData("linked folder/secret", 0, 432, "leads out of the model's folder")]
    [InlineData("weights/linked/../secret", 0, 432, "leads out of the model's folder")]
    [InlineData("", 0, 432, "is no file name")]
    [InlineData("a\0b", 0, 432, "is no file name")]
    [InlineData("nowhere", 0, 432, "is not there")]
    [InlineData("weights", 0, 432, "is not there")]
    [InlineData("inside", 0, 431, "gives it 431 bytes where its sizes and type need 432")]
    [InlineData("inside", 69, 432, "is 500 bytes long, too short for 432 at 69")]
    [InlineData("inside", long.MaxValue, 432, "is 500 bytes long, too short for 432 at 9223372036854775807")]
    public void Weights_that_cannot_be_had_are_refused_by_name(string location, long offset, long length, string why)
    {
        foreach (var path in (string[])["secret", "model/inside"])
            File.WriteAllBytes(Path.Combine(_root, path), new byte[500]);
        File.CreateSymbolicLink(Path.Combine(_folder, "linked file"), Path.Combine(_root, "secret"));
        File.CreateSymbolicLink(Path.Combine(_folder, "linked folder"), _root);
        var error = Refused(location, offset, length);
        Assert.Contains($"the weights 'livecam/constant_0' lie in '{location}', which {why}.", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsAboutTheRequest);
    }

    [Fact]
    public void A_link_that_stays_in_the_folder_is_followed()
    {
        var model = Small();
        File.WriteAllBytes(Path.Combine(_folder, "weights", "w.bin"), model.Graph.Initializer[0].RawData.ToByteArray());
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), Path.Combine("weights", ".", "w.bin"));
        Externalise(model.Graph.Initializer[0], "link", new MemoryStream());
        Assert.Equal(Small(), OnnxFile.Open(Save(model)));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_folder, "b"), "a");
        Assert.Contains("too many symbolic links", Refused("a", 0, 432).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offset", "-1")]
    [InlineData("length", "many")]
    [InlineData("offset", "99999999999999999999")]
    public void An_offset_that_is_no_number_is_refused(string key, string text)
    {
        var model = Small();
        File.WriteAllBytes(Path.Combine(_folder, "inside"), new byte[500]);
        Externalise(model.Graph.Initializer[0], "inside", new MemoryStream());
        model.Graph.Initializer[0].ExternalData.First(e => e.Key == key).Value = text;
        Assert.Contains($"has the {key} '{text}', which is no number of bytes", OpenRefused(model).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_two_gigabytes_in_all_are_refused()
    {
        var model = Small();
        // Sparse on disk: only its length counts.
        using (var file = File.Create(Path.Combine(_folder, "large")))
            file.SetLength(3L << 30);
        var tensor = model.Graph.Initializer[0];
        Externalise(tensor, "large", new MemoryStream());
        tensor.Dims[0] = 3 << 20;
        tensor.Dims[1] = 256;
        tensor.Dims[2] = tensor.Dims[3] = 1;
        tensor.ExternalData.First(e => e.Key == "length").Value = $"{3L << 30}";
        Assert.Contains("makes the model larger than 2147483647 bytes, which cannot be run", OpenRefused(model).Message, StringComparison.Ordinal);
        var error = Assert.Throws<ModelException>(() => OnnxFile.Open(Path.Combine(_folder, "large")));
        Assert.Contains("it is 3221225472 bytes long, and a model of more than 2147483647 cannot be run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_written_model_is_read_as_it_was_and_leaves_nothing_else()
    {
        var path = Path.Combine(_folder, "net.onnx");
        File.WriteAllText(path, "what was there before");
        OnnxFile.Write(Small(), path);
        Assert.Equal(Small(), OnnxFile.Open(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_model_too_long_to_be_written_leaves_what_was_there()
    {
        var path = Path.Combine(_folder, "net.onnx");
        File.WriteAllText(path, "what was there before");
        var large = UnsafeByteOperations.UnsafeWrap(new byte[1 << 30]);
        var model = Small();
        model.Graph.Initializer.Add([new TensorProto { RawData = large }, new TensorProto { RawData = large }]);
        var error = Assert.Throws<ModelException>(() => OnnxFile.Write(model, path));
        Assert.Contains("its weights alone are longer than 2147483647 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal("what was there before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("missing/net.onnx")]
    public void A_place_that_cannot_be_written_is_named_and_left_as_it_was(string place)
    {
        var path = Path.Combine(_folder, place);
        var error = Assert.Throws<ModelException>(() => OnnxFile.Write(Small(), path));
        Assert.StartsWith($"Cannot write the model '{path}': ", error.Message, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(_folder, "weights")], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("nowhere.onnx")]
    [InlineData("weights")]
    public void A_file_that_is_not_there_is_named(string name)
    {
        var path = Path.Combine(_folder, name);
        var message = Assert.Throws<ModelException>(() => OnnxFile.Open(path)).Message;
        Assert.StartsWith($"Cannot read the model '{path}': ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_and_writing_take_the_memory_of_one_copy()
    {
        const int Megabytes = 64;
        var model = Small();
        model.Graph.Initializer.Add(Tensor.Filled(ElementType.Float, [Megabytes << 18], 0.5).ToProto("large"));
        var path = Save(model);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = OnnxFile.Open(path);
        var reading = GC.GetAllocatedBytesForCurrentThread() - before;
        OnnxFile.Write(read, path);
        var writing = GC.GetAllocatedBytesForCurrentThread() - before - reading;
        Assert.InRange(reading, Megabytes << 20, (Megabytes + 1) << 20);
        Assert.InRange(writing, 0, 1 << 20);
    }

    private static ModelProto Small() => ModelProto.Parser.ParseFrom(ExplainableModelTests.Small(out _));

    private static NodeProto ConstantNode(TensorProto tensor) => new()
    {
        OpType = "Constant",
        Output = { "five" },
        Attribute = { new AttributeProto { Name = "value", T = tensor, Type = AttributeProto.Types.AttributeType.Tensor } },
    };

    /// <summary>Appends the tensor's data to a file and lets the tensor name it.</summary>
    private static void Externalise(TensorProto tensor, string location, MemoryStream data)
    {
        (string, string)[] entries = [("location", location), ("offset", $"{data.Length}"), ("length", $"{tensor.RawData.Length}")];
        foreach (var (key, value) in entries)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        tensor.RawData.WriteTo(data);
        tensor.ClearRawData();
        tensor.DataLocation = 1;
    }

    private ModelException Refused(string location, long offset, long length)
    {
        var model = Small();
        Externalise(model.Graph.Initializer[0], location, new MemoryStream());
        model.Graph.Initializer[0].ExternalData[1].Value = $"{offset}";
        model.Graph.Initializer[0].ExternalData[2].Value = $"{length}";
        return OpenRefused(model);
    }

    private ModelException OpenRefused(ModelProto model)
    {
        var path = Save(model);
        return Bounded.Refusal(() => OnnxFile.Open(path)) ?? throw new InvalidOperationException("The model was accepted.");
    }

    private string Save(ModelProto model)
    {
        var path = Path.Combine(_folder, "net.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    [Fact]
    public void Weights_beside_a_model_are_the_same_weights()
    {
        var network = new Network(13, 1, 3, 16, 16);
        var features = network.Relu(network.Conv(network.Image, 8, 3));
        var plain = OnnxModel.Read(network.Finish(network.Dense(network.Op("Flatten", features), 200)), "net");
        var folder = Repository.NewFolder();
        try
        {
            var path = Path.Combine(folder, "net.onnx");
            plain.SaveWithWeightsBeside(path);
            Assert.InRange(new FileInfo(path).Length, 1, 20_000);
            Assert.Equal(200 * 8 * 16 * 16 * sizeof(float), new FileInfo(path + ".weights").Length);
            Assert.Equal(plain.ToBytes(), OnnxModel.Open(path).ToBytes());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
