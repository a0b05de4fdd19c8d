using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// Reverse-mode differentiation from one value of a graph to another, as nodes appended to the same graph.
/// The forward pass has batch 1; gradients carry N targets in the leading axis, so forward values [1,...] meet gradients [N,...] by
/// ordinary broadcasting. The driver sums where a value is used more than once and undoes the broadcasting of forward values.
/// </summary>
internal sealed class Backpropagation
{
    private readonly Value _of;
    private readonly Value _wanted;
    private readonly HashSet<Node> _path;
    private readonly List<(Node Node, string Why)> _missing = [];
    private readonly Dictionary<Value, Value> _gradients = [];

    private Backpropagation(Value of, Value wanted, HashSet<Node> path) => (_of, _wanted, _path) = (of, wanted, path);

    /// <summary>The nodes between two values whose output varies with small changes of the first.</summary>
    public static HashSet<Node> Path(Value from, Value to)
    {
        var reached = new HashSet<Value> { from };
        var nodes = new List<Node>();
        foreach (var node in from.Graph.Nodes.Where(n => !GradientRules.Flat.Contains(n.Op) && n.Dependencies.Any(reached.Contains)))
        {
            nodes.Add(node);
            reached.UnionWith(node.Outputs.OfType<Value>());
        }
        var needed = new HashSet<Value> { to };
        var path = new HashSet<Node>();
        foreach (var node in Enumerable.Reverse(nodes).Where(n => n.Outputs.OfType<Value>().Any(needed.Contains)))
        {
            path.Add(node);
            needed.UnionWith(node.Dependencies.Where(reached.Contains));
        }
        return path;
    }

    /// <summary>The derivative of a value, weighted by <paramref name="seed"/>, with respect to another.</summary>
    /// <param name="of">What is differentiated, [1,...].</param>
    /// <param name="seed">Weights of its elements, [N,...]: the gradient to start from.</param>
    /// <param name="wanted">With respect to what, [1,...].</param>
    /// <returns>[N,...] in the shape of <paramref name="wanted"/>.</returns>
    /// <exception cref="MissingRulesException">Operators on the path have no rule, or not for their form; all are named.</exception>
    public static Value Gradient(Value of, Value seed, Value wanted)
    {
        var run = new Backpropagation(of, wanted, Path(wanted, of));
        return run.Walk(seed);
    }

    private Value Walk(Value seed)
    {
        _gradients[_of] = seed;
        foreach (var node in Enumerable.Reverse(_of.Graph.Nodes.Where(_path.Contains).ToArray()))
            Visit(node);
        if (_missing.Count > 0)
            throw new MissingRulesException(_missing);
        return _gradients.GetValueOrDefault(_wanted) ?? throw new InvalidGraphException($"'{_of.Name}' does not depend on '{_wanted.Name}'");
    }

    private void Visit(Node node)
    {
        try
        {
            var results = Apply(node);
            for (var i = 0; i < node.Inputs.Count; i++)
                if (node.Inputs[i] is { } input && IsOnPath(input))
                    Accumulate(input, i < results.Length ? results[i] : null, i);
        }
        catch (UnsupportedGradientException error)
        {
            _missing.Add((node, error.Message));
        }
        catch (Exception error) when (InvalidGraphException.IsCausedBy(error))
        {
            throw new InvalidGraphException($"node '{node.Name}' ({node.Op}) does not fit its inputs", error);
        }
    }

    private bool IsOnPath(Value value) => ReferenceEquals(value, _wanted) || value.Producer is { } producer && _path.Contains(producer);

    private Value?[] Apply(Node node)
    {
        if (!GradientRules.All.TryGetValue(node.Op, out var rule))
            throw new UnsupportedGradientException("");
        if (node.Outputs.Skip(1).OfType<Value>().Any(_gradients.ContainsKey))
            throw new UnsupportedGradientException("the path leads through its second output");
        if (node.Outputs is not [{ } output, ..] || output.Shape is not { } shape || node.Inputs.OfType<Value>().Any(v => v.Shape is null))
            throw new UnsupportedGradientException("its shapes could not be inferred");
        if (shape.Rank == 0 || shape[0] != 1)
            throw new UnsupportedGradientException($"its output {shape} has no batch axis of size 1 in front");
        // Without a gradient something after this node is missing, which has been noted already.
        return _gradients.TryGetValue(output, out var gradient) ? rule(new BackwardStep(node, gradient)) : [.. node.Inputs.Select(_ => gradient)];
    }

    private void Accumulate(Value input, Value? gradient, int index)
    {
        if (gradient is null)
        {
            if (_missing.Count == 0)
                throw new UnsupportedGradientException($"no gradient for its input {index}");
            return;
        }
        gradient = UndoBroadcast(gradient, input.Known);
        _gradients[input] = _gradients.TryGetValue(input, out var others) ? others + gradient : gradient;
    }

    /// <summary>Sums over the axes along which a forward value of shape [1,...] was repeated; the targets' axis is never one.</summary>
    private static Value UndoBroadcast(Value gradient, Shape x)
    {
        var shape = gradient.Known;
        if (x.Rank == 0 || x[0] != 1)
            throw new UnsupportedGradientException($"its input {x} has no batch axis of size 1 in front");
        var repeated = Enumerable.Range(1, shape.Rank - 1).Where(axis => x.Padded(axis, shape.Rank) == 1 && shape[axis] != 1);
        long[] axes = [.. repeated.Select(axis => (long)axis)];
        return (axes.Length > 0 ? gradient.Sum(axes) : gradient).Reshape(x.With(0, shape[0]));
    }
}
