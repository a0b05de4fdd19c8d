using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>The int64 input [N] that chooses classes: an index, or -r for the class with the r-th best logit.</summary>
internal static class TargetInput
{
    /// <summary>Adds the input and the nodes that turn it into class indices.</summary>
    /// <returns>The input, and the indices [N].</returns>
    public static (Value Target, Value Classes) Add(Graph graph, Value logits)
    {
        var target = graph.AddInput("target", ElementType.Int64, new Shape(Shape.Any));
        var best = Ranking(logits.Reshape(new Shape(logits.Known.Count)), target);
        // Without branches: where a target is negative its rank is looked up, elsewhere entry 0 is read and multiplied away.
        var isRank = graph.Append("Less", [target.Cast(ElementType.Float), graph.Constant(Tensor.Scalar(ElementType.Float, 0))]).Cast(ElementType.Int64);
        var rank = isRank * (-target - graph.Constant(Tensor.Scalar(ElementType.Int64, 1)));
        return (target, target + isRank * (best.Gather(rank, 0) - target));
    }

    /// <summary>Class indices, best first: as many as the lowest target asks for, or all where the opset wants a fixed number.</summary>
    private static Value Ranking(Value scores, Value target)
    {
        var graph = scores.Graph;
        if (graph.Opset < 10)
            return graph.AppendNode("TopK", [scores], 2, ("k", scores.Known.Count)).Outputs[1]!;
        var lowest = graph.Append("Concat", [-target, graph.Ints(1)], ("axis", 0L)).Max(0);
        return graph.AppendNode("TopK", [scores, lowest], 2).Outputs[1]!;
    }
}
