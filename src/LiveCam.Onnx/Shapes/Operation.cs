using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>A node whose inputs are all small known tensors, and the output asked for.</summary>
/// <param name="Shape">Of that output.</param>
internal sealed record Operation(Node Node, IReadOnlyList<Tensor?> Inputs, int Output, long[] Shape)
{
    public Tensor this[int input] => Inputs[input] ?? throw new InvalidGraphException($"node '{Node.Name}' ({Node.Op}) lacks input {input}");

    public int Rank => Shape.Length;

    public IEnumerable<Tensor> Given => Inputs.OfType<Tensor>();

    /// <summary>The attribute "axis" of an input, counted from the front.</summary>
    public int Axis(int input, long otherwise) => new Shape(this[input].Dims).Axis(Node.Int("axis", otherwise));
}
