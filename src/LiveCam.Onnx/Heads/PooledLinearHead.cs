using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>
/// Recognises global average pooling and one linear layer, in either order, between the target layer and the logits. There the gradient
/// of a class's logit is the layer's weight over H*W (T*H*W) at every position (CAM), and needs no backward pass.
/// </summary>
internal static class PooledLinearHead
{
    /// <summary>d logit_c / d mean(A_k), [C,K] row-major, or null when the head is another one or its weights are not constants.</summary>
    public static float[]? Weights(Value layer, Value logits, IReadOnlySet<Node> path)
    {
        var head = new Walk(layer.Known);
        for (var value = layer; !ReferenceEquals(value, logits);)
        {
            if (value.Consumers.Where(path.Contains).ToArray() is not [var node] || !InvalidGraphException.At(node, head.Take))
                return null;
            value = node.Output;
        }
        return head is { IsPooled: true, Weights: { } weights } ? weights : null;
    }

    private sealed class Walk(Shape layer)
    {
        private readonly double[] _scale = [.. Enumerable.Repeat(1.0, (int)layer[1])];

        public bool IsPooled { get; private set; }

        public float[]? Weights { get; private set; }

        /// <summary>Goes on behind a node; false when the node is none of a pooled linear head.</summary>
        public bool Take(Node node) => node.Op switch
        {
            "Identity" or "Dropout" or "Cast" => true,
            "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" => IsPooled && node.Output.Shape is { Rank: >= 2 } shape && shape[1] == shape.Count,
            "GlobalAveragePool" => IsPooled = true,
            "ReduceMean" => IsPooled = node.Input(0).Shape is { Rank: 4 or 5 } x && x.Rank == layer.Rank && ShapeRules.ReducedAxes(node, x).SequenceEqual(Enumerable.Range(2, x.Rank - 2)),
            "AveragePool" => IsPooled = node.Input(0).Shape is { } x && Window.Of(node, x, node.Ints("kernel_shape")!).AveragesAll(node),
            "BatchNormalization" => Weights is null && Normalise(node),
            "Add" => Weights is not null && node.Inputs.Any(i => i is { IsConstant: true }),
            "Gemm" => node.Int("transA", 0) == 0 && Mix(node, node.Int("transB", 0) != 0, node.Float("alpha", 1)),
            "MatMul" => node.Input(0).Shape is { Rank: 2 } && Mix(node, classesFirst: false, 1),
            "Conv" => node.Int("group", 1) == 1 && IsPointwise(node) && Mix(node, classesFirst: true, 1),
            _ => false,
        };

        private static bool IsPointwise(Node node) => Window.Of(node, node.Input(0).Known, node.Input(1).Known.Spatial).IsPointwise;

        private bool Normalise(Node node)
        {
            if (node.Input(1).Tensor is not { } scale || node.Input(4).Tensor is not { } variance || scale.Count != _scale.Length)
                return false;
            var epsilon = node.Float("epsilon", 1e-5f);
            for (var k = 0; k < _scale.Length; k++)
                _scale[k] *= scale.Values[k] / Math.Sqrt(variance.Values[k] + epsilon);
            return true;
        }

        private bool Mix(Node node, bool classesFirst, float factor)
        {
            if (Weights is not null || node.Input(1).Tensor is not { } tensor || node.Input(1).Known is not { Rank: >= 2 } shape
                || shape[classesFirst ? 1 : 0] != _scale.Length)
                return false;
            var (channels, classes, values) = (_scale.Length, (int)shape[classesFirst ? 0 : 1], tensor.Values);
            Weights = new float[checked(classes * channels)];
            for (var c = 0; c < classes; c++)
                for (var k = 0; k < channels; k++)
                    Weights[c * channels + k] = (float)(values[classesFirst ? c * channels + k : k * classes + c] * _scale[k] * factor);
            return true;
        }
    }
}
