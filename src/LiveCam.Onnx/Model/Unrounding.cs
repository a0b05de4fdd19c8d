namespace LiveCam.Onnx.Model;

/// <summary>
/// The same network without the rounding that training-aware or compact formats bring in: a QuantizeLinear followed by its DequantizeLinear becomes a
/// clip to the range they can hold, and float16 becomes float. Its output is as smooth as the network is meant to be, so differences of it
/// mean something. Weights keep their rounded numbers.
/// </summary>
internal static class Unrounding
{
    private const int Half = (int)ElementType.Float16, Float = (int)ElementType.Float;

    /// <summary>Whether anything in it is rounded.</summary>
    public static bool IsRounded(ModelProto model) => model.Graph.Node.Any(n => n.OpType == "QuantizeLinear")
        || model.Graph.Initializer.Any(t => t.DataType == Half) || model.Graph.Input.Any(i => i.Type?.TensorType?.ElemType == Half);

    /// <summary>Operators whose result is below 0 only where their input is. What comes from them and is kept in integers from 0 on is not cut off
    /// at 0: there a 0 is a small number rounded.</summary>
    public static bool KeepsSign(string? op) => op is "Relu" or "Clip" or "Sigmoid" or "HardSigmoid" or "GlobalAveragePool" or "AveragePool"
        or "MaxPool" or "GlobalMaxPool" or "ReduceMean" or "Concat" or "Flatten" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze";

    public static ModelProto Of(ModelProto model)
    {
        var result = model.Clone();
        Widen(result.Graph);
        Unquantise(result.Graph, Graph.OpsetOf(model));
        return result;
    }

    /// <summary>float16 becomes float, wherever a type or a number stands.</summary>
    private static void Widen(GraphProto graph)
    {
        for (var i = 0; i < graph.Initializer.Count; i++)
            graph.Initializer[i] = Widened(graph.Initializer[i]);
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            if (value.Type?.TensorType is { ElemType: Half } type)
                type.ElemType = Float;
        foreach (var attribute in graph.Node.SelectMany(n => n.Attribute))
        {
            if (attribute.T is not null)
                attribute.T = Widened(attribute.T);
            if (attribute is { Name: "to" or "dtype" or "output_dtype", I: Half })
                attribute.I = Float;
            foreach (var body in attribute.Graphs.Concat(attribute.G is null ? [] : [attribute.G]))
                Widen(body);
        }
    }

    private static TensorProto Widened(TensorProto tensor) => tensor.DataType != Half ? tensor
        : new Tensor(ElementType.Float, [.. tensor.Dims], Tensor.Read(tensor).Values).ToProto(tensor.Name);

    private static void Unquantise(GraphProto graph, int opset)
    {
        var constants = graph.Initializer.ToDictionary(t => t.Name);
        foreach (var node in graph.Node.Where(n => n is { OpType: "Constant", Output.Count: 1 }))
            if (node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } tensor)
                constants[node.Output[0]] = tensor;
        var producers = graph.Node.SelectMany(n => n.Output.Select(name => (name, n.OpType))).ToLookup(p => p.name, p => p.OpType);
        var roundings = graph.Node.Where(n => n.OpType == "QuantizeLinear").ToDictionary(n => n.Output[0]);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (node.OpType == "DequantizeLinear" && roundings.TryGetValue(node.Input[0], out var rounding))
                graph.Node[i] = Clip(node, rounding, constants, graph, opset, KeepsSign(producers[rounding.Input[0]].FirstOrDefault()));
        }
        var read = graph.Node.SelectMany(n => n.Input).Concat(graph.Output.Select(o => o.Name)).ToHashSet();
        var kept = graph.Node.Where(n => n.OpType != "QuantizeLinear" || read.Contains(n.Output[0])).ToArray();
        graph.Node.Clear();
        graph.Node.Add(kept);
    }

    /// <summary>What a rounding and its way back let through: the range of the integer type. One scale only; several are left unclipped.</summary>
    private static NodeProto Clip(
        NodeProto back, NodeProto rounding, Dictionary<string, TensorProto> constants, GraphProto graph, int opset, bool keepsSign)
    {
        var result = new NodeProto { Name = back.Name, OpType = "Identity", Input = { rounding.Input[0] }, Output = { back.Output[0] } };
        var zero = rounding.Input.Count > 2 ? constants.GetValueOrDefault(rounding.Input[2]) : null;
        if (constants.GetValueOrDefault(rounding.Input[1]) is not { } scaleProto || rounding.Input.Count > 2 && zero is null)
            return result;
        var (scale, middle) = (Tensor.Read(scaleProto), zero is null ? 0 : Tensor.Read(zero) is { Count: 1 } z ? z.Values[0] : double.NaN);
        var type = zero is null ? ElementType.UInt8 : (ElementType)zero.DataType;
        if (scale.Count != 1 || !double.IsFinite(middle) || type.QuantisedRange() is not { } range)
            return result;
        var (low, high) = ((range.Least - middle) * scale.Values[0], (range.Largest - middle) * scale.Values[0]);
        if (keepsSign && middle == range.Least)
            low = float.MinValue;
        result.OpType = "Clip";
        if (opset < 11)
        {
            result.Attribute.Add([Node.Attribute("min", (float)low), Node.Attribute("max", (float)high)]);
            return result;
        }
        foreach (var (bound, name) in new[] { (low, "low"), (high, "high") })
        {
            var tensor = Tensor.Scalar(ElementType.Float, bound).ToProto($"livecam/{back.Output[0]}/{name}");
            graph.Initializer.Add(tensor);
            result.Input.Add(tensor.Name);
        }
        return result;
    }
}
