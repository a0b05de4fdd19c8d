using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// A vector-Jacobian product: from the gradients of a node's outputs to a gradient for each of its inputs. Inputs it cannot
/// differentiate are null or left out; that is an error only when the path leads through them.
/// A result may still have the shape of the (broadcast) output: <see cref="Backpropagation"/> sums it down to the input's.
/// </summary>
internal delegate Value?[] GradientRule(BackwardStep step);

/// <summary>
/// What a rule sees: one node, its values, and the gradient that reached its output. A gradient has the N targets in an axis of its
/// own in front of the value's: [N,d0,...,dk] for a value [d0,...,dk]. So forward values meet gradients by ordinary broadcasting, and
/// axes counted from the end are the same for both.
/// </summary>
/// <param name="Node">The node that is walked back through.</param>
/// <param name="Gradients">For each output, null where none reached it.</param>
/// <param name="Relu">What a relu lets through.</param>
internal sealed record BackwardStep(Node Node, IReadOnlyList<Value?> Gradients, ReluRule Relu)
{
    public Graph Graph => Node.Graph;

    /// <summary>What gradients are asked for: the node's inputs, or those of the <see cref="Fusion"/> that ends in it.</summary>
    public IReadOnlyList<Value?> Inputs { get; init; } = Node.Inputs;

    /// <summary>The gradient of the first output.</summary>
    public Value Gradient => Gradients[0] ?? throw new UnsupportedGradientException("the path leads through its second output");

    /// <summary>The first output, as a number to compute with.</summary>
    public Value Output => Graph.InFloat(Node.Output);

    /// <summary>An input, as a number to compute with; indices are taken from <see cref="Node"/> as they are.</summary>
    public Value Input(int index) => Graph.InFloat(Node.Input(index));

    /// <summary>Rank of the first input.</summary>
    public int Rank => Node.Input(0).Known.Rank;

    /// <summary>An axis of the first input that an attribute names, counted from the end.</summary>
    public long AxisFromEnd(string attribute, long otherwise) => Node.Input(0).Known.Axis(Node.Int(attribute, otherwise)) - Rank;

    /// <summary>Integers that are an attribute in older opsets and an input in newer ones; null when absent.</summary>
    /// <exception cref="UnsupportedGradientException">They are computed while the graph runs.</exception>
    public long[]? Ints(string attribute, int input)
    {
        if (Node.Ints(attribute) is { } ints)
            return ints;
        if (Node.Optional(input) is not { } value)
            return null;
        return value.Numbers is { } tensor
            ? tensor.Integers
            : throw new UnsupportedGradientException($"its {attribute} are computed while the graph runs");
    }
}

/// <summary>A node whose operator has a rule, but not in this form.</summary>
internal sealed class UnsupportedGradientException(string why) : Exception(why);
