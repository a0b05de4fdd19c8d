using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] EinsumOpsets = [12, 16, 21];

    private static IReadOnlyList<GradientCase> Products =>
    [
        new("Gemm", "of x transposed", [4, 3], x => x.Graph.Append("Gemm", [x, Noise(x, 4, 2)], ("transA", 1L), ("alpha", 0.5f)))
            { Type = Double, Opsets = Since11 },
        new("Gemm", "of x and weights transposed", [4, 3], x =>
            x.Graph.Append("Gemm", [x, Noise(x, 2, 4)], ("transA", 1L), ("transB", 1L))) { Type = Double, Opsets = Since11 },
        new("Gemm", "x on the right", [3, 4], x => x.Graph.Append("Gemm", [Noise(x, 2, 3), x], ("alpha", 0.5f))) { Type = Double, Opsets = Since11 },
        new("Gemm", "x on the right, transposed", [4, 3], x => x.Graph.Append("Gemm", [Noise(x, 2, 3), x], ("transB", 1L)))
            { Type = Double, Opsets = Since11 },
        new("Gemm", "x on the right, all transposed", [4, 3], x =>
            x.Graph.Append("Gemm", [Noise(x, 3, 2), x], ("transA", 1L), ("transB", 1L))) { Type = Double, Opsets = Since11 },
        new("Gemm", "of x with itself", [3, 3], x => x.Graph.Append("Gemm", [x, x], ("transA", 1L), ("alpha", 2f)))
            { Type = Double, Opsets = Since11 },
        new("Gemm", "of x with itself, with open sizes", [3, 4], x => x.Graph.Append("Gemm", [x, Op("Relu", x)], ("transB", 1L)))
            { AlsoAt = [5, 4], Opsets = Since11 },
        new("MatMul", "with a vector", [1, 3, 4], x => x.MatMul(Noise(x, 4))) { Type = Double },
        new("MatMul", "of a vector", [4], x => x.MatMul(Noise(x, 4, 3))) { Type = Double },
        new("MatMul", "of a vector and several matrices", [4], x => x.MatMul(Noise(x, 2, 4, 3))) { Type = Double },
        new("MatMul", "x the vector on the right", [4], x => Noise(x, 2, 3, 4).MatMul(x)) { Type = Double },
        new("MatMul", "of two vectors", [4], x => x.MatMul(x * Noise(x, 4))) { Type = Double },
        new("MatMul", "of x with a vector, with open sizes", [1, 3, 4], x => x.MatMul(Noise(x, 4))) { AlsoAt = [2, 5, 4], Opsets = Since9 },
        new("MatMul", "of x with its mean, a vector", [2, 3, 4], x => x.MatMul(Reduce("ReduceMean", x, false, 0, 1))) { Type = Double },
        new("MatMul", "of x and a smaller batch of x", [2, 3, 4], x => x.MatMul(x.Slice(0, 0, 1).SwapLastTwo())) { Type = Double },
        new("MatMul", "x a matrix on the right of a batch", [4, 3], x => Noise(x, 2, 5, 4).MatMul(x)) { Type = Double },

        new("Einsum", "as a matrix product", [1, 3, 4], x => Contracted("bij,jk->bik", x, Noise(x, 4, 2))) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "as attention", [1, 2, 3, 4], x => Contracted("bhid,bhjd->bhij", x, x * Noise(x, 4))) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "as attention, with open sizes", [1, 2, 3, 4], x => Contracted("bhid,bhjd->bhij", x, x * Noise(x, 4)))
            { AlsoAt = [2, 2, 5, 4], Opsets = EinsumOpsets },
        new("Einsum", "with an ellipsis", [2, 3, 4], x => Contracted("...ij,...jk->...ik", x, Noise(x, 1, 4, 2)))
            { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "with an ellipsis, x repeated along it", [1, 4, 2], x => Contracted("...ij,...jk->...ik", Noise(x, 2, 3, 4), x))
            { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "without an arrow", [3, 4], x => Contracted("ij,jk", x, Noise(x, 4, 2))) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "that sums what only one input has", [1, 3, 4], x => Contracted("bij,bk->ik", x, Noise(x, 1, 2)))
            { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "that sums what only one input has, with open sizes", [1, 3, 4], x => Contracted("bij,ki->bk", x, Noise(x, 2, 3)))
            { AlsoAt = [2, 3, 6], Opsets = EinsumOpsets },
        new("Einsum", "of one input, transposed", [1, 3, 4], x => Contracted("bij->jib", x)) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "of one input, summed", [2, 3, 4], x => Contracted("bij->i", x)) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "to a number", [2, 3], x => Contracted("ij,ij->", x, Noise(x, 2, 3))) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "of three", [2, 3], x => Contracted("ij,jk,ik->i", x, Noise(x, 3, 4), Noise(x, 2, 4))) { Type = Double, Opsets = EinsumOpsets },
        new("Einsum", "as an outer product", [3], x => Contracted("i,j->ij", x, x * Noise(x, 3))) { Type = Double, Opsets = EinsumOpsets },
    ];

    private static Value Contracted(string equation, params Value[] inputs) => inputs[0].Graph.Append("Einsum", inputs, ("equation", equation));
}
