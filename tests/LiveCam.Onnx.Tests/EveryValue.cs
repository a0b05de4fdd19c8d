using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Onnx.Tests;

/// <summary>What shape inference says of every value of a graph, against what ONNX Runtime computes for it.</summary>
internal sealed class EveryValue
{
    /// <summary>Numbers of larger tensors, which are weights, are not compared.</summary>
    private const int MostCompared = 1 << 16;

    private readonly List<string> _unknown = [], _wrong = [];

    private EveryValue(byte[] onnx, (int Height, int Width) imageSize)
    {
        Graph = new Graph(ModelProto.Parser.ParseFrom(onnx), imageSize);
        var computed = Graph.Nodes.SelectMany(n => n.Outputs.OfType<Value>()).ToArray();
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 2,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(Exposed(onnx, computed), options);
        using var run = new RunOptions();
        var inputs = session.InputMetadata.Select(i => OrtNumbers.Random(i.Value.ElementDataType, Graph.Find(i.Key)!.Known)).ToArray();
        using var results = session.Run(run, [.. session.InputMetadata.Keys], inputs, session.OutputNames);
        var byName = session.OutputNames.Zip(results).ToDictionary(p => p.First, p => p.Second);
        foreach (var value in computed)
            Compare(value, byName[value.Name]);
        foreach (var input in inputs)
            input.Dispose();
    }

    public Graph Graph { get; }

    /// <summary>Values without a shape, or with a size left open.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Values with another shape, type or number than the real one.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>How many values' numbers were told without running the graph, constants apart.</summary>
    public int Folded { get; private set; }

    public static EveryValue Of(byte[] onnx, int height = 224, int width = 224) => new(onnx, (height, width));

    private void Compare(Value value, OrtValue real)
    {
        if (!real.IsTensor)
            return;
        var info = real.GetTensorTypeAndShape();
        var what = $"{value.Producer} output {value.Name}";
        if (value.Shape is not { IsKnown: true })
            _unknown.Add($"{what}: {value.Shape}, is {new Shape(info.Shape)}");
        if (value.Shape is { } shape && (shape.Rank != info.Shape.Length || shape.Dims.Zip(info.Shape).Any(p => p.First != Shape.Any && p.First != p.Second)))
            _wrong.Add($"{what}: {shape}, is {new Shape(info.Shape)}");
        else if (value.Tensor is { Count: <= MostCompared } tensor)
            Compare(what, tensor, info.ElementDataType, real);
    }

    private void Compare(string what, Model.Tensor tensor, TensorElementType type, OrtValue real)
    {
        Folded++;
        var numbers = OrtNumbers.Read(type, real);
        if ((int)tensor.Type != (int)type)
            _wrong.Add($"{what}: {tensor.Type}, is {type}");
        if (!tensor.Values.Zip(numbers).All(p => Near(p.First, p.Second)))
            _wrong.Add($"{what}: {string.Join(' ', tensor.Values.Take(20))}, is {string.Join(' ', numbers.Take(20))}");
    }

    /// <summary>Equal to the last but one bit of a float: the runtime's exponentials differ from the exact ones by one.</summary>
    private static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 2.5e-7 * Math.Abs(b);

    private static byte[] Exposed(byte[] onnx, IEnumerable<Value> values)
    {
        var model = ModelProto.Parser.ParseFrom(onnx);
        var known = model.Graph.Output.Select(o => o.Name).ToHashSet();
        model.Graph.Output.Add(values.Where(v => known.Add(v.Name)).Select(v => new ValueInfoProto { Name = v.Name }));
        return model.ToByteArray();
    }
}
