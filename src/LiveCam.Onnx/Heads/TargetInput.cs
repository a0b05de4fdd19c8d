using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>The int64 input [N] that chooses classes: an index, or -r for the class with the r-th best logit.</summary>
internal static class TargetInput
{
    /// <summary>Up to so many classes, ranking them all is cheaper than finding out how many are asked for.</summary>
    private const int FewClasses = 256;

    /// <summary>Adds the input and the nodes that turn it into class indices.</summary>
    /// <returns>The input, and the indices [N].</returns>
    public static (Value Target, Value Classes) Add(Graph graph, Value logits)
    {
        var target = graph.AddInput("target", ElementType.Int64, new Shape(Shape.Any));
        var best = Ranking(logits.Reshape(new Shape(logits.Known.Count)), target);
        var rank = Integer(graph, -1) - target;
        if (graph.Opset >= 12)
        {
            var isRank = graph.Append("Less", [target, Integer(graph, 0)]);
            var ranked = best.Gather(graph.Append("Max", [rank, Integer(graph, 0)]), 0);
            return (target, graph.Append("Where", [isRank, ranked, target]));
        }
        // Older opsets lack integer Max or Where: where the target is no rank, entry 0 is read and multiplied away.
        var one = graph.Append("Less", [target.Cast(ElementType.Float), graph.Constant(Tensor.Scalar(ElementType.Float, 0))]).Cast(ElementType.Int64);
        return (target, target + one * (best.Gather(one * rank, 0) - target));
    }

    /// <summary>Class indices, best first: as many as the lowest target asks for, or all.</summary>
    private static Value Ranking(Value scores, Value target)
    {
        var (graph, classes) = (scores.Graph, scores.Known.Count);
        if (graph.Opset < 10)
            return graph.AppendNode("TopK", [scores], 2, ("k", classes)).Outputs[1]!;
        var count = classes <= FewClasses ? graph.Ints(classes) : graph.Append("Concat", [-target, graph.Ints(1)], ("axis", 0L)).Max(0);
        return graph.AppendNode("TopK", [scores, count], 2).Outputs[1]!;
    }

    private static Value Integer(Graph graph, long value) => graph.Constant(Tensor.Scalar(ElementType.Int64, value));
}
