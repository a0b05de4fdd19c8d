using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests.Fuzzing;

/// <summary>What can happen to a file: to its bytes, as a disk does it, or to its meaning, as a bad exporter or a stranger does.</summary>
internal static class Mutations
{
    /// <summary>Numbers at which arithmetic breaks.</summary>
    private static readonly long[] Edges = [0, 1, -1, 2, 3, -2, 7, 100, 255, 1 << 16, 1 << 20, 1 << 26, int.MaxValue, int.MinValue,
        1L << 32, 1L << 40, 1L << 62, long.MaxValue, long.MinValue];

    private static readonly Dictionary<string, Func<byte[], byte[], Random, byte[]>> OfBytes = new()
    {
        ["flip bits"] = (file, _, random) =>
        {
            for (var flips = random.Next(1, 6); flips > 0 && file.Length > 0; flips--)
                file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            return file;
        },
        ["insert bytes"] = (file, _, random) =>
        {
            var (at, added) = (random.Next(file.Length + 1), new byte[random.Next(1, 9)]);
            random.NextBytes(added);
            return [.. file[..at], .. added, .. file[at..]];
        },
        ["delete bytes"] = (file, _, random) =>
        {
            var at = random.Next(file.Length + 1);
            return [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 9))..]];
        },
        ["cut"] = (file, _, random) => file[..random.Next(file.Length + 1)],
        ["splice"] = (file, other, random) => [.. file[..random.Next(file.Length + 1)], .. other[random.Next(other.Length + 1)..]],
        ["join"] = (file, other, _) => [.. file, .. other],
    };

    private static readonly Dictionary<string, Action<ModelProto, ModelProto, Random>> OfFields = new()
    {
        ["swap names"] = (m, _, r) => Swap(OneOf(Names(m), r), OneOf(Names(m), r)),
        ["swap operators"] = (m, o, r) => OneOf(m.Graph.Node, r).OpType = OneOf(r.Next(2) == 0 ? m.Graph.Node : o.Graph.Node, r).OpType,
        ["change an attribute"] = (m, _, r) => ChangeAttribute(OneOf([.. m.Graph.Node.SelectMany(n => n.Attribute)], r), r),
        ["drop an attribute"] = (m, _, r) => DropOne(OneOf([.. m.Graph.Node.Where(n => n.Attribute.Count > 0)], r).Attribute, r),
        ["take an attribute"] = (m, o, r) => OneOf(m.Graph.Node, r).Attribute.Add(OneOf([.. o.Graph.Node.SelectMany(n => n.Attribute)], r).Clone()),
        ["change a size"] = (m, _, r) => ChangeOne(OneOf([.. m.Graph.Initializer.Where(t => t.Dims.Count > 0)], r).Dims, r),
        ["change the picture"] = (m, _, r) => OneOf(OneOf(m.Graph.Input, r).Type.TensorType.Shape.Dim, r).DimValue = OneOf(Edges, r),
        ["change a type"] = (m, _, r) => OneOf(m.Graph.Initializer, r).DataType = r.Next(30),
        ["change integers"] = (m, _, r) => ChangeIntegers(OneOf([.. m.Graph.Initializer.Where(t => t.DataType == (int)ElementType.Int64)], r), r),
        ["shorten data"] = (m, _, r) => Shorten(OneOf(m.Graph.Initializer, r), r),
        ["drop an initializer"] = (m, _, r) => DropOne(m.Graph.Initializer, r),
        ["drop a node"] = (m, _, r) => DropOne(m.Graph.Node, r),
        ["double a node"] = (m, _, r) => m.Graph.Node.Insert(r.Next(m.Graph.Node.Count + 1), OneOf(m.Graph.Node, r).Clone()),
        ["double a node under other names"] = (m, _, r) => m.Graph.Node.Add(Renamed(OneOf(m.Graph.Node, r).Clone())),
        ["swap nodes"] = (m, _, r) => SwapNodes(m.Graph, r.Next(m.Graph.Node.Count), r.Next(m.Graph.Node.Count)),
        ["drop an input"] = (m, _, r) => DropOne(OneOf([.. m.Graph.Node.Where(n => n.Input.Count > 0)], r).Input, r),
        ["leave out an input"] = (m, _, r) => Rewire(m, "", r),
        ["rewire an input"] = (m, _, r) => Rewire(m, AnyValue(m, r), r),
        ["add an input"] = (m, _, r) => OneOf(m.Graph.Node, r).Input.Add(AnyValue(m, r)),
        ["add an output"] = (m, _, r) => m.Graph.Output.Add(new ValueInfoProto { Name = AnyValue(m, r) }),
        ["another output"] = (m, _, r) => OneOf(m.Graph.Output, r).Name = AnyValue(m, r),
        ["change the opset"] = (m, _, r) => OneOf(m.OpsetImport, r).Version = r.Next(4) == 0 ? OneOf(Edges, r) : r.Next(6, 24),
        ["change a domain"] = (m, _, r) => OneOf(m.Graph.Node, r).Domain = r.Next(2) == 0 ? "ai.onnx" : "com.microsoft",
        ["take the other's nodes"] = (m, o, _) => m.Graph.MergeFrom(o.Graph),
        ["take the other's initializers"] = (m, o, _) => { m.Graph.Initializer.Clear(); m.Graph.Initializer.Add(o.Graph.Initializer); },
        ["change metadata"] = (m, _, r) => ChangeText(OneOf(m.MetadataProps, r), AnyValue(m, r), r),
        ["drop metadata"] = (m, _, r) => DropOne(m.MetadataProps, r),
        ["take the other's metadata"] = (m, o, r) => m.MetadataProps.Insert(0, OneOf(o.MetadataProps, r).Clone()),
        ["nest the other"] = (m, o, r) => OneOf(m.Graph.Node, r).Attribute.Add(new AttributeProto { Name = "body", G = o.Graph }),
    };

    /// <summary>A damaged copy of the file, and what was done to it. The same random numbers give the same file.</summary>
    public static (byte[] Bytes, string Story) Mutate(byte[] file, byte[] other, Random random)
    {
        var (bytes, story) = ((byte[])file.Clone(), new List<string>());
        for (var steps = random.Next(3) == 0 ? random.Next(2, 4) : 1; steps > 0; steps--)
        {
            (var name, bytes) = random.Next(8) == 0 ? ChangeBytes(bytes, other, random) : ChangeFields(bytes, other, random);
            story.Add(name);
        }
        return (bytes, string.Join(", ", story));
    }

    private static (string, byte[]) ChangeBytes(byte[] bytes, byte[] other, Random random)
    {
        var name = OneOf([.. OfBytes.Keys], random);
        return (name, OfBytes[name](bytes, other, random));
    }

    /// <summary>Changes the message; a file that no longer is one, or has nothing to change, stays as it is.</summary>
    private static (string, byte[]) ChangeFields(byte[] bytes, byte[] other, Random random)
    {
        var name = OneOf([.. OfFields.Keys], random);
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            OfFields[name](model, ModelProto.Parser.ParseFrom(other), random);
            return (name, model.ToByteArray());
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentOutOfRangeException or NullReferenceException)
        {
            return ($"({name})", bytes);
        }
    }

    private static T OneOf<T>(IReadOnlyList<T> all, Random random) => all[random.Next(all.Count)];

    private static void DropOne<T>(IList<T> all, Random random) => all.RemoveAt(random.Next(all.Count));

    private static string AnyValue(ModelProto model, Random random) => OneOf(
        [
            .. model.Graph.Node.SelectMany(n => n.Output),
            .. model.Graph.Initializer.Select(t => t.Name),
            .. model.Graph.Input.Select(i => i.Name),
        ], random);

    private static void Rewire(ModelProto model, string value, Random random)
    {
        var inputs = OneOf([.. model.Graph.Node.Where(n => n.Input.Count > 0)], random).Input;
        inputs[random.Next(inputs.Count)] = value;
    }

    /// <summary>Every place that holds the name of a value.</summary>
    private static List<Place> Names(ModelProto model) =>
    [
        .. model.Graph.Node.SelectMany(n => Places(n.Input).Concat(Places(n.Output))),
        .. model.Graph.Initializer.Select(t => new Place(() => t.Name, name => t.Name = name)),
        .. model.Graph.Output.Select(o => new Place(() => o.Name, name => o.Name = name)),
    ];

    private static IEnumerable<Place> Places(IList<string> names) =>
        Enumerable.Range(0, names.Count).Select(i => new Place(() => names[i], name => names[i] = name));

    private static void Swap(Place a, Place b)
    {
        var name = a.Read();
        a.Write(b.Read());
        b.Write(name);
    }

    private sealed record Place(Func<string> Read, Action<string> Write);

    private static void ChangeOne(IList<long> numbers, Random random) =>
        numbers[random.Next(numbers.Count)] = random.Next(2) == 0 ? OneOf(Edges, random) : random.Next(-3, 12);

    private static void ChangeAttribute(AttributeProto attribute, Random random)
    {
        if (attribute.Ints.Count > 0)
            ChangeOne(attribute.Ints, random);
        else if (attribute.HasI)
            attribute.I = random.Next(2) == 0 ? OneOf(Edges, random) : random.Next(-3, 12);
        else if (attribute.HasF)
            attribute.F = OneOf([0, -1, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity], random);
        else
            attribute.S = ByteString.CopyFromUtf8(OneOf(["SAME_UPPER", "SAME_LOWER", "VALID", ""], random));
    }

    private static void ChangeIntegers(TensorProto tensor, Random random)
    {
        var numbers = new long[tensor.RawData.Length / sizeof(long)];
        Buffer.BlockCopy(tensor.RawData.ToByteArray(), 0, numbers, 0, numbers.Length * sizeof(long));
        ChangeOne(numbers, random);
        tensor.RawData = ByteString.CopyFrom([.. numbers.SelectMany(BitConverter.GetBytes)]);
    }

    /// <summary>A number in the text becomes another, or a name; a quoted name becomes another value's; or the text is cut.</summary>
    private static void ChangeText(StringStringEntryProto entry, string name, Random random)
    {
        var text = entry.Value;
        Match[] found = [.. (IEnumerable<Match>)Regex.Matches(text, random.Next(2) == 0 ? "-?[0-9]+" : "\"[^\"]*\"|^[a-z]+$")];
        if (found.Length == 0 || random.Next(4) == 0)
        {
            entry.Value = text[..random.Next(text.Length + 1)];
            return;
        }
        var match = OneOf(found, random);
        string[] others = [OneOf(Edges, random).ToString(CultureInfo.InvariantCulture), $"\"{name}\"", name, "null", "[]", "{}", "1e99", "\"\""];
        entry.Value = text[..match.Index] + OneOf(others, random) + text[(match.Index + match.Length)..];
    }

    private static void Shorten(TensorProto tensor, Random random) =>
        tensor.RawData = ByteString.CopyFrom(tensor.RawData.Span[..random.Next(tensor.RawData.Length + 1)]);

    private static NodeProto Renamed(NodeProto node)
    {
        for (var i = 0; i < node.Output.Count; i++)
            node.Output[i] += " again";
        return node;
    }

    private static void SwapNodes(GraphProto graph, int a, int b) => (graph.Node[a], graph.Node[b]) = (graph.Node[b], graph.Node[a]);
}
