using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] Since17 = [17, 18, 21];

    private static IReadOnlyList<GradientCase> Normalisation =>
    [
        new("InstanceNormalization", "", [1, 3, 2, 4], x => x.Graph.Append("InstanceNormalization", [x, Noise(x, 3), Noise(x, 3)])),
        new("InstanceNormalization", "of a line, with another epsilon", [1, 3, 5], x =>
            x.Graph.Append("InstanceNormalization", [x, Noise(x, 3), Noise(x, 3)], ("epsilon", 0.3f))),
        new("InstanceNormalization", "with open sizes", [1, 2, 3, 2], x => x.Graph.Append("InstanceNormalization", [x, Noise(x, 2), Noise(x, 2)]))
            { AlsoAt = [2, 2, 2, 4], Opsets = Since9 },
        new("LayerNormalization", "", [1, 3, 6], x => x.Graph.Append("LayerNormalization", [x, Noise(x, 6), Noise(x, 6)])) { Opsets = Since17 },
        new("LayerNormalization", "without bias, over two axes, with another epsilon", [1, 2, 3, 4], x =>
            x.Graph.Append("LayerNormalization", [x, Noise(x, 3, 4)], ("axis", -2L), ("epsilon", 0.3f))) { Opsets = Since17, Type = Double },
        new("LayerNormalization", "axis from the front, scale broadcast", [1, 3, 4], x =>
            x.Graph.Append("LayerNormalization", [x, Noise(x, 4)], ("axis", 2L))) { Opsets = Since17, Type = Double },
        new("LayerNormalization", "with open sizes", [1, 3, 6], x => x.Graph.Append("LayerNormalization", [x, Noise(x, 6), Noise(x, 6)]))
            { Opsets = Since17, AlsoAt = [2, 2, 6] },
        new("ReduceMean", "in layer normalisation as exporters write it", [1, 3, 6], LayerNormalised) { Type = Double },
        new("ReduceMean", "in layer normalisation as exporters write it, with open sizes", [1, 3, 6], LayerNormalised)
            { AlsoAt = [2, 5, 6], Opsets = Since9 },
        new("GroupNormalization", "one scale a group", [1, 6, 2, 2], x =>
            x.Graph.Append("GroupNormalization", [x, Noise(x, 3), Noise(x, 3)], ("num_groups", 3L))) { Opsets = [18] },
        new("GroupNormalization", "one scale a channel", [1, 6, 2, 2], x =>
            x.Graph.Append("GroupNormalization", [x, Noise(x, 6), Noise(x, 6)], ("num_groups", 3L), ("epsilon", 0.1f))) { Opsets = [21] },
        new("GroupNormalization", "with open sizes", [1, 6, 2, 2], x =>
            x.Graph.Append("GroupNormalization", [x, Noise(x, 6), Noise(x, 6)], ("num_groups", 2L))) { Opsets = [21], AlsoAt = [2, 6, 1, 3] },
        new("LpNormalization", "by the Euclidean norm", [1, 3, 4], x => Op("LpNormalization", x)) { Type = Double },
        new("LpNormalization", "by the sum, over the channels", [1, 3, 4], x => Op("LpNormalization", x, ("p", 1L), ("axis", 1L))) { Type = Double },
        new("LpNormalization", "beside positions where all is 0", [1, 3, 4], x =>
            Op("LpNormalization", Op("Relu", x + x.Graph.Constant(new Tensor(x.Graph.FloatType, [4], [0, -9, 1, 0]))), ("axis", 1L))),
        new("LpNormalization", "with open sizes", [1, 3, 4], x => Op("LpNormalization", x, ("axis", 1L))) { AlsoAt = [2, 3, 2], Opsets = Since9 },
        new("LRN", "", [1, 6, 2, 2], x => Op("LRN", x, ("size", 5L), ("alpha", 2f), ("beta", 0.6f), ("bias", 1.5f))),
        new("LRN", "with open sizes", [1, 6, 2, 2], x => Op("LRN", x, ("size", 3L), ("alpha", 2f))) { AlsoAt = [2, 6, 1, 3], Opsets = Since9 },
    ];

    private static Value LayerNormalised(Value x)
    {
        var centred = x - Reduce("ReduceMean", x, true, -1);
        var variance = Reduce("ReduceMean", centred.Pow(2), true, -1);
        return centred / (variance + 1e-5).Sqrt() * Noise(x, 6) + Noise(x, 6);
    }
}
