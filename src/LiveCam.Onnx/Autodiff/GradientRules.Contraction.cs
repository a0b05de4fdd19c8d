using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    /// <summary>
    /// "ab,bc->ac" has the gradients "Nac,bc->Nab" and "Nac,ab->Nbc". A letter that only one input has was summed there alone: its gradient is
    /// repeated along it.
    /// </summary>
    private static Value?[] Contraction(BackwardStep s)
    {
        var (inputs, result) = Letters(s.Node);
        var target = Free(string.Concat([.. inputs, result]), 1);
        return [.. inputs.Select((letters, i) => s.Node.Input(i).IsConstant ? null : OfInput(s, inputs, target, result, i))];
    }

    private static Value OfInput(BackwardStep s, IReadOnlyList<string> inputs, string target, string result, int index)
    {
        int[] others = [.. Enumerable.Range(0, inputs.Count).Where(i => i != index)];
        var given = target + result + string.Concat(others.Select(i => inputs[i]));
        var (x, letters) = (s.Node.Input(index), inputs[index]);
        var factors = string.Join(',', [target + result, .. others.Select(i => inputs[i])]);
        var equation = $"{factors}->{target}{string.Concat(letters.Where(given.Contains))}";
        var gradient = s.Graph.Append("Einsum", [s.Gradient, .. others.Select(s.Input)], ("equation", equation));
        int[] missing = [.. Enumerable.Range(0, letters.Length).Where(axis => !given.Contains(letters[axis]))];
        if (missing.Length == 0)
            return gradient;
        gradient = gradient.Unsqueeze([.. missing.Select(axis => axis + 1L)]);
        var sizes = Enumerable.Range(0, letters.Length).Select(axis => missing.Contains(axis) ? s.Graph.SizeOf(x, axis) : s.Graph.Ints(1));
        var expanded = s.Graph.Append("Expand", [gradient, sizes.Aggregate(s.Graph.Ints(1), (all, size) => all.Join(size))]);
        expanded.Shape = missing.Aggregate(gradient.Known, (shape, axis) => shape.With(axis + 1, x.Known[axis]));
        return expanded;
    }

    /// <summary>The letters of every axis, those of an ellipsis written out.</summary>
    private static (IReadOnlyList<string> Inputs, string Result) Letters(Node node)
    {
        var einsum = Einsum.Parse(node.Text("equation", ""));
        int[] widths = [.. einsum.Inputs.Select((letters, i) => letters.Contains('.') ? node.Input(i).Known.Rank - letters.Length + 1 : 0)];
        var ellipsis = Free(string.Concat([.. einsum.Inputs, einsum.Result]), widths.Max());
        string[] inputs = [.. einsum.Inputs.Select((letters, i) => letters.Replace(".", ellipsis[^widths[i]..], StringComparison.Ordinal))];
        var result = einsum.Result.Replace(".", ellipsis, StringComparison.Ordinal);
        if (inputs.Append(result).Any(letters => letters.Distinct().Count() < letters.Length))
            throw new UnsupportedGradientException("it takes a diagonal");
        return (inputs, result);
    }

    /// <summary>Letters that are not in use.</summary>
    private static string Free(string used, int count) =>
        string.Concat("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".Except(used).Take(count));
}
