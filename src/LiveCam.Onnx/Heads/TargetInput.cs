using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>The int64 input [N] that chooses classes: an index, or -r for the class with the r-th best logit.</summary>
internal static class TargetInput
{
    /// <summary>Up to so many classes, ranking them all is cheaper than finding out how many are asked for.</summary>
    private const int FewClasses = 256;

    /// <summary>Adds the input and the nodes that turn it into class indices.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="logits">[B,C] or [B,C,1,1].</param>
    /// <param name="classes">C.</param>
    /// <param name="count">N when it is fixed; null leaves it open.</param>
    /// <returns>The input, and the indices [N,B].</returns>
    public static (Value Target, Value Classes) Add(Graph graph, Value logits, long classes, int? count)
    {
        var defaults = Enumerable.Range(1, count ?? 1).Select(rank => (long)-rank);
        var target = graph.AddInput("target", new Shape(count ?? Shape.Any), Tensor.Ints([.. defaults]));
        var batch = logits.OpenAxes.Contains(0) ? Shape.Any : logits.Known[0];
        var scores = graph.InFloat(logits).Reshape(new Shape(batch, classes));
        scores.Shape = new Shape(batch, classes);
        var best = Ranking(scores, classes, target);
        var rank = Integer(graph, -1) - target;
        var column = target.Reshape(new Shape(Shape.Any, 1));
        if (graph.Opset >= 12)
        {
            var isRank = graph.Append("Less", [column, Integer(graph, 0)]);
            return (target, graph.Append("Where", [isRank, Ranked(best, graph.Append("Max", [rank, Integer(graph, 0)])), column]));
        }
        // Older opsets lack integer Max or Where: where the target is no rank, entry 0 is read and multiplied away.
        var one = graph.Append("Less", [target.Cast(ElementType.Float), graph.Constant(Tensor.Scalar(ElementType.Float, 0))]).Cast(ElementType.Int64);
        return (target, column + one.Reshape(new Shape(Shape.Any, 1)) * (Ranked(best, one * rank) - column));
    }

    /// <summary>Class indices, best first, [B,k]: as many as the lowest target asks for, or all.</summary>
    private static Value Ranking(Value scores, long classes, Value target)
    {
        var graph = scores.Graph;
        if (graph.Opset < 10)
            return graph.AppendNode("TopK", [scores], 2, ("k", classes), ("axis", 1L)).Outputs[1]!;
        var count = classes <= FewClasses ? graph.Ints(classes) : graph.Append("Concat", [-target, graph.Ints(1)], ("axis", 0L)).Max(0);
        return graph.AppendNode("TopK", [scores, count], 2, ("axis", 1L)).Outputs[1]!;
    }

    /// <summary>From [B,k] the ranks [N] of each picture: [N,B].</summary>
    private static Value Ranked(Value best, Value ranks)
    {
        var ranked = best.Gather(ranks, 1);
        // Runtimes do not follow the count through TopK, and lay a gradient out best when they know its size.
        return best.Known[0] == 1 ? best.Graph.Append("Reshape", [ranked, best.Graph.Ints(ranks.Known[0], 1)]) : ranked.Transpose(1, 0);
    }

    private static Value Integer(Graph graph, long value) => graph.Constant(Tensor.Scalar(ElementType.Int64, value));
}
