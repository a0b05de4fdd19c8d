using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// Reverse-mode differentiation from one value of a graph to others, as nodes appended to the same graph.
/// The gradient of a value [d0,...,dk] is [N,d0,...,dk]: N targets in an axis of their own. The driver sums where a value is used more
/// than once and undoes the broadcasting of forward values.
/// </summary>
internal sealed class Backpropagation
{
    private readonly Value _of;
    private readonly IReadOnlyList<Value> _wanted;
    private readonly ReluRule _relu;
    private readonly HashSet<Node> _path;
    private readonly HashSet<Node> _ahead;
    private readonly List<(Node Node, string Why)> _missing = [];
    private readonly Dictionary<Value, Value> _gradients = [];

    private readonly IReadOnlyDictionary<string, GradientRule> _rules;

    private Backpropagation(Value of, IReadOnlyList<Value> wanted, ReluRule relu, IReadOnlyDictionary<string, GradientRule> rules) =>
        (_of, _wanted, _relu, _path, _rules, _ahead) = (of, wanted, relu, Path(wanted, of), rules, []);

    /// <summary>The nodes between two values whose output varies with small changes of the first.</summary>
    public static HashSet<Node> Path(Value from, Value to) => Path([from], to);

    /// <summary>The nodes between any of some values and another.</summary>
    public static HashSet<Node> Path(IReadOnlyList<Value> from, Value to)
    {
        var reached = new HashSet<Value>(from);
        var nodes = new List<Node>();
        foreach (var node in to.Graph.Nodes.Where(n => !GradientRules.IsFlat(n) && GradientRules.Varied(n).Any(reached.Contains)))
        {
            nodes.Add(node);
            reached.UnionWith(node.Outputs.OfType<Value>());
        }
        var needed = new HashSet<Value> { to };
        var path = new HashSet<Node>();
        foreach (var node in Enumerable.Reverse(nodes).Where(n => n.Outputs.OfType<Value>().Any(needed.Contains)))
        {
            path.Add(node);
            needed.UnionWith(GradientRules.Varied(node).Where(reached.Contains));
        }
        return path;
    }

    /// <summary>The derivatives of a value, weighted by <paramref name="seed"/>, with respect to others.</summary>
    /// <param name="of">What is differentiated.</param>
    /// <param name="seed">Weights of its elements, [N,of...]: the gradient to start from.</param>
    /// <param name="wanted">With respect to what.</param>
    /// <param name="relu">What a relu lets through.</param>
    /// <param name="rules">The rules; null for <see cref="GradientRules.All"/>.</param>
    /// <returns>[N,w...] for each wanted value, in their order.</returns>
    /// <exception cref="MissingRulesException">Operators on the path have no rule, or not for their form; all are named.</exception>
    /// <exception cref="NewerOpsetNeededException">The model's opset lacks an operator that a rule needs.</exception>
    /// <exception cref="OpenSizeException">A rule needs a size that the model leaves open.</exception>
    public static IReadOnlyList<Value> Gradients(Value of, Value seed, IReadOnlyList<Value> wanted, ReluRule relu = ReluRule.Gradient,
        IReadOnlyDictionary<string, GradientRule>? rules = null) =>
        new Backpropagation(of, wanted, relu, rules ?? GradientRules.All).Walk(seed);

    /// <inheritdoc cref="Gradients"/>
    public static Value Gradient(Value of, Value seed, Value wanted, ReluRule relu = ReluRule.Gradient) =>
        Gradients(of, seed, [wanted], relu)[0];

    private Value[] Walk(Value seed)
    {
        // Behind the targets' axis, sizes are those of the prepared picture, as they are in every forward value.
        if (_of.Shape is { } shape)
            seed.Shape = new Shape([seed.Known[0], .. shape.Dims]);
        _gradients[_of] = seed;
        _ahead.UnionWith(_path);
        foreach (var node in Enumerable.Reverse(_of.Graph.Nodes.Where(_path.Contains).ToArray()))
            if (_ahead.Remove(node))
                Visit(node);
        if (_missing.Count > 0)
            throw new MissingRulesException(_missing);
        return [.. _wanted.Select(value => _gradients.GetValueOrDefault(value)
            ?? throw new InvalidGraphException($"'{_of.Name}' does not depend on '{value.Name}'"))];
    }

    private void Visit(Node node)
    {
        try
        {
            var fusion = FusionEndingIn(node);
            var (inputs, varied) = (fusion?.Inputs ?? node.Inputs, (fusion?.Inputs ?? GradientRules.Varied(node)).ToHashSet());
            var results = Apply(node, fusion?.Rule ?? node.Op, inputs);
            for (var i = 0; i < inputs.Count; i++)
                if (inputs[i] is { } input && IsOnPath(input) && varied.Contains(input))
                    Accumulate(input, i < results.Length ? results[i] : null, i);
            if (fusion?.Inside is { } inside)
                _ahead.Remove(inside);
        }
        catch (UnsupportedGradientException error)
        {
            _missing.Add((node, error.Message));
        }
        catch (Exception error) when (InvalidGraphException.IsCausedBy(error))
        {
            throw InvalidGraphException.At(node, error);
        }
    }

    private bool IsOnPath(Value value) => _wanted.Contains(value) || value.Producer is { } producer && _path.Contains(producer);

    /// <summary>Nodes that are walked through at once, unless something between them is asked for or used elsewhere.</summary>
    private Fusion? FusionEndingIn(Node node)
    {
        var fusion = Fusion.EndingIn(node, new(_ahead, _relu));
        return fusion?.Inside is { } inside
            && (_wanted.Contains(inside.Output) || inside.Output.Consumers.Any(other => other != node && _path.Contains(other))) ? null : fusion;
    }

    /// <param name="inputs">Of the node, or of the fusion that ends in it.</param>
    private Value?[] Apply(Node node, string name, IReadOnlyList<Value?> inputs)
    {
        if (!_rules.TryGetValue(name, out var rule))
            throw new UnsupportedGradientException(GradientRules.Refused.GetValueOrDefault(node.Op, ""));
        if (node.Outputs.OfType<Value>().Take(1).Concat(node.Inputs.OfType<Value>()).Any(v => v.Shape is null))
            throw new UnsupportedGradientException("its shapes could not be inferred");
        var gradients = node.Outputs.Select(output => output is null ? null : _gradients.GetValueOrDefault(output)).ToArray();
        // Without a gradient something after this node is missing, which has been noted already.
        return gradients.Any(g => g is not null) ? rule(new BackwardStep(node, gradients, _relu) { Inputs = inputs }) : new Value?[inputs.Count];
    }

    private void Accumulate(Value input, Value? gradient, int index)
    {
        if (gradient is null)
        {
            if (_missing.Count == 0)
                throw new UnsupportedGradientException($"no gradient for its input {index}");
            return;
        }
        gradient = UndoBroadcast(gradient, input);
        _gradients[input] = _gradients.TryGetValue(input, out var others) ? others + gradient : gradient;
    }

    /// <summary>Sums over the axes along which a forward value was repeated; the targets' axis is never one.</summary>
    private static Value UndoBroadcast(Value gradient, Value x)
    {
        var (shape, rank) = (gradient.Known, gradient.Known.Rank - 1);
        var repeated = Enumerable.Range(0, rank).Where(axis => x.Known.Padded(axis, rank) == 1 && shape[axis + 1] != 1
            || axis < rank - x.Known.Rank);
        long[] axes = [.. repeated.Select(axis => axis + 1L)];
        return (axes.Length > 0 ? gradient.Sum(axes) : gradient).ReshapeLike(x);
    }
}
