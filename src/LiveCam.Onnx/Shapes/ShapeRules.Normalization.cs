using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Normalization = Table(
        (Same, ["LRN", "InstanceNormalization", "GroupNormalization", "LpNormalization", "RMSNormalization", "MeanVarianceNormalization"]),
        (BatchNormalization, ["BatchNormalization"]),
        (LayerNormalization, ["LayerNormalization"]),
        (DynamicQuantizeLinear, ["DynamicQuantizeLinear"]));

    /// <summary>Its form for training returns statistics of each channel: four before opset 14, two since.</summary>
    private static Shape?[] BatchNormalization(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var channels = node.Input(1).Shape;
        return [x, channels, channels, channels, channels];
    }

    /// <summary>Mean and inverse deviation keep the normalised axes, the given one and all behind it, with size 1.</summary>
    private static Shape?[] LayerNormalization(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var first = x.Axis(node.Int("axis", -1));
        var statistics = new Shape([.. x.Dims.Select((size, axis) => axis < first ? size : 1)]);
        return [x, statistics, statistics];
    }

    private static Shape?[] DynamicQuantizeLinear(Node node) => [node.Input(0).Shape, Shape.Scalar, Shape.Scalar];
}
