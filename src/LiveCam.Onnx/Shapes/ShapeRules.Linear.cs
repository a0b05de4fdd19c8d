using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Linear = Table(
        (Gemm, ["Gemm"]),
        (n => MatMul(n, 1), ["MatMul", "MatMulInteger"]),
        (n => MatMul(n, 3), ["QLinearMatMul"]),
        (Contracted, ["Einsum"]));

    private static Shape?[] Gemm(Node node)
    {
        if (node.Input(0).Shape is not { Rank: 2 } a || node.Input(1).Shape is not { Rank: 2 } b)
            return [null];
        var (rows, inner) = node.Int("transA", 0) != 0 ? (a[1], a[0]) : (a[0], a[1]);
        var (depth, columns) = node.Int("transB", 0) != 0 ? (b[1], b[0]) : (b[0], b[1]);
        RequireEqual(inner, depth, a, b);
        return [new Shape(rows, columns)];
    }

    private static Shape?[] MatMul(Node node, int second)
    {
        if (node.Input(0).Shape is not { Rank: > 0 } a || node.Input(second).Shape is not { Rank: > 0 } b)
            return [null];
        RequireEqual(a[-1], b.Rank == 1 ? b[0] : b[-2], a, b);
        if (a.Rank == 1 || b.Rank == 1)
            return [OfVector(a, b)];
        var batch = Shape.Broadcast(new Shape(a.ToArray()[..^2]), new Shape(b.ToArray()[..^2]));
        return [new Shape([.. batch.Dims, a[-2], b[-1]])];
    }

    /// <summary>NumPy's rule: a vector is a row on the left and a column on the right, and its axis goes away.</summary>
    private static Shape OfVector(Shape a, Shape b)
    {
        if (b.Rank == 1)
            return new Shape(a.ToArray()[..^1]);
        return new Shape([.. b.ToArray()[..^2], b[-1]]);
    }

    private static Shape?[] Contracted(Node node)
    {
        var shapes = node.Inputs.OfType<Value>().Select(v => v.Shape).ToArray();
        return [shapes.Any(s => s is null) ? null : Einsum.Parse(node.Text("equation", "")).Output(shapes!)];
    }

    private static void RequireEqual(long inner, long depth, Shape a, Shape b)
    {
        if (inner != depth && inner != Shape.Any && depth != Shape.Any)
            throw new UnfitException($"{a} and {b} cannot be multiplied");
    }
}
