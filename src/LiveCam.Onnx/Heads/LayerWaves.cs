using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Heads;

/// <summary>
/// Which values vary with which of many layers. The layers are followed to the logits 64 at a time, bit i standing for layer i: to follow each by
/// itself would take a time that grows with the square of a network's depth.
/// </summary>
internal sealed class LayerWaves
{
    public const int MostLayers = 64;

    private readonly Dictionary<Value, int> _indices = [];
    private readonly (int[] Inputs, int[] Outputs)[] _steps;
    private readonly ulong[] _varying;

    /// <param name="path">The nodes between any of the layers and the logits, in order.</param>
    public LayerWaves(IReadOnlyList<Node> path)
    {
        _steps = [.. path.Select(node => (Indices(GradientRules.Varied(node)), Indices(node.Outputs.OfType<Value>())))];
        _varying = new ulong[_indices.Count];
    }

    /// <summary>Follows these layers from now on.</summary>
    /// <param name="layers">At most <see cref="MostLayers"/>.</param>
    public void Follow(IReadOnlyList<Value> layers)
    {
        Array.Clear(_varying);
        for (var i = 0; i < layers.Count; i++)
            if (_indices.TryGetValue(layers[i], out var index))
                _varying[index] |= 1UL << i;
        foreach (var (inputs, outputs) in _steps)
        {
            var reached = 0UL;
            foreach (var input in inputs)
                reached |= _varying[input];
            foreach (var output in outputs)
                _varying[output] |= reached;
        }
    }

    /// <summary>The layers with which a value varies; a layer varies with itself.</summary>
    public ulong Varying(Value value) => _indices.TryGetValue(value, out var index) ? _varying[index] : 0;

    /// <summary>The layers behind which a node of the path lies.</summary>
    public ulong Reaching(Node node) => GradientRules.Varied(node).Aggregate(0UL, (layers, input) => layers | Varying(input));

    private int[] Indices(IEnumerable<Value> values) =>
        [.. values.Select(value => _indices.TryGetValue(value, out var index) ? index : _indices[value] = _indices.Count)];
}
