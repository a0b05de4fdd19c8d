using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Weights that a model keeps quantised or transposed, as numbers: computed only when someone reads them.</summary>
internal static class StoredWeights
{
    /// <summary>(x - zero) scale, with one scale or one for each entry of an axis; null when it is given in blocks or not known.</summary>
    public static Tensor? Dequantised(Node node)
    {
        var (zero, hasZero) = (node.Optional(2)?.Tensor, node.Optional(2) is not null);
        if (node.Input(0).Tensor is not { } x || node.Input(1).Tensor is not { } scale || hasZero && zero is null || node.Int("block_size", 0) != 0)
            return null;
        var axis = scale.Count == 1 ? -1 : new Shape(x.Dims).Axis(node.Int("axis", 1));
        var (entries, behind) = axis < 0 ? (1, 1) : (x.Dims[axis], new Shape(x.Dims[(axis + 1)..]).Count);
        if (scale.Count != entries || hasZero && zero!.Count != entries)
            return null;
        return Tensor.Computed(scale.Type, x.Dims, () => [.. x.Values.Select((value, i) =>
        {
            var entry = i / behind % entries;
            var number = (value - (zero?.Values[entry] ?? 0)) * scale.Values[entry];
            return scale.Type == ElementType.Float ? (float)number : number;
        })], x, scale, zero);
    }

    /// <summary>The axes in another order; null when the tensor is not known.</summary>
    public static Tensor? Transposed(Node node)
    {
        if (node.Input(0).Tensor is not { } x)
            return null;
        var order = ShapeRules.Permutation(node, new Shape(x.Dims));
        long[] dims = [.. order.Select(axis => x.Dims[axis])];
        long[] steps = [.. order.Select(axis => new Shape(x.Dims[((int)axis + 1)..]).Count)];
        return Tensor.Computed(x.Type, dims, () =>
        {
            var (values, index, from) = (new double[x.Count], new long[dims.Length], 0L);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = x.Values[from];
                for (var axis = dims.Length - 1; axis >= 0; axis--)
                {
                    from += steps[axis];
                    if (++index[axis] < dims[axis])
                        break;
                    (from, index[axis]) = (from - dims[axis] * steps[axis], 0);
                }
            }
            return values;
        }, x);
    }
}
