using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// A vector-Jacobian product: from the gradients of a node's outputs to a gradient for each of its inputs. Inputs it cannot
/// differentiate are null or left out; that is an error only when the path to the target layer leads through them.
/// A result may still have the shape of the (broadcast) output: <see cref="Backpropagation"/> sums it down to the input's.
/// </summary>
internal delegate Value?[] GradientRule(BackwardStep step);

/// <summary>What a rule sees: one node, its values, and the gradient that reached its first output.</summary>
internal sealed record BackwardStep(Node Node, Value Gradient)
{
    public Graph Graph => Node.Graph;

    public Value Output => Node.Output;

    public Value Input(int index) => Node.Input(index);

    /// <summary>The input's shape with the gradient's number of targets in front: the shape its gradient must have.</summary>
    public Shapes.Shape GradientShape(int input) => Input(input).Known.With(0, Gradient.Known[0]);
}

/// <summary>A node whose operator has a rule, but not in this form.</summary>
internal sealed class UnsupportedGradientException(string why) : Exception(why);
