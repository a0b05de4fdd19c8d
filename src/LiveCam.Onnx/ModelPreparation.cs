using System.Text.Json;
using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>Makes an <see cref="ExplainableModel"/> of a plain classifier: finds logits, head and layers, and appends the backward part.</summary>
internal sealed class ModelPreparation
{
    private readonly Graph _graph;
    private readonly string _source;
    private readonly PreparationOptions _options;
    private readonly Classification _classification;
    private readonly ClassTail? _tail;
    private readonly TargetLayers _layers;
    private readonly int _nodesBefore;
    private (Value Target, Value Classes)? _targets;
    private bool _isSingle;

    private ModelPreparation(Graph graph, string source, PreparationOptions options)
    {
        (_graph, _source, _options, _nodesBefore) = (graph, source, options, graph.Nodes.Count);
        _classification = Classification.Of(graph, source);
        _tail = ClassTail.Find(_classification.Unrounded);
        _layers = LayersOf(graph, _classification);
    }

    /// <summary>The layers before the class tail, or all when there are none before it.</summary>
    public static TargetLayers LayersOf(Graph graph, Classification classification)
    {
        var logits = classification.Unrounded;
        var layers = new TargetLayers(graph, classification.Image, ClassTail.Find(logits)?.Features ?? logits);
        return layers.Last is null ? new TargetLayers(graph, classification.Image, logits) : layers;
    }

    private Value Logits => _classification.Logits;

    public static ExplainableModel Prepare(OnnxModel model, PreparationOptions options)
    {
        if (model.AsPrepared() is { } ready)
            throw new ModelException("Cannot prepare", model.Source, $"it is prepared already, for {string.Join(", ", ready.Choices)}",
                "Prepare the original model")
            { IsAboutTheRequest = true };
        var (proto, raisedFor, fixedFor, open) = (model.Proto, (string?)null, (string?)null, options.FixedSize ? Openness.None : Openness.All);
        while (true)
        {
            try
            {
                // Weights are shared between copies, so trying again costs little.
                var graph = Read(proto.Clone(), model.Source, options.ImageSize ?? ExplainableModel.UsualImageSize);
                var prepared = Guarded(model.Source, () => new ModelPreparation(graph, model.Source, options).Run(open));
                var before = Graph.OpsetOf(model.Proto);
                return prepared with
                {
                    Report = prepared.Report with { RaisedFrom = raisedFor is null ? null : before, RaisedFor = raisedFor, FixedFor = fixedFor },
                };
            }
            catch (NewerOpsetNeededException error)
            {
                var opset = Math.Max(error.Opset, OpsetConversion.OldestTarget);
                (proto, raisedFor) = (Guarded(model.Source, () => OpsetConversion.Raise(model.Proto, opset)), error.What);
            }
            catch (OpenSizeException error) when (open != Openness.None)
            {
                (fixedFor, open) = (error.Value.Name, open - 1);
            }
        }
    }

    /// <summary>The model with an input <c>perturbation</c> [1,K,H,W], float, that is added to a layer as it is seen; 0 changes nothing. The layer
    /// as it was is the output <c>unperturbed</c>.</summary>
    public static OnnxModel Perturb(OnnxModel model, string layer, (int Height, int Width) imageSize)
    {
        var graph = Read(model.Proto.Clone(), model.Source, imageSize);
        return Guarded(model.Source, () => Perturb(graph, model, layer));
    }

    private static OnnxModel Perturb(Graph graph, OnnxModel model, string layer)
    {
        var classification = Classification.Of(graph, model.Source);
        var map = LayersOf(graph, classification).Find(graph, layer, model.Source);
        Expose(graph, classification.Logits);
        graph.AddOutput(map.View(map.Value), "unperturbed");
        return Perturb(graph, map, model.Source);
    }

    /// <summary>The same for a prepared model, whose gradients are then those at the perturbed layer.</summary>
    public static OnnxModel Perturb(ExplainableModel model, ExplainableLayer layer, string source, (int Height, int Width) imageSize)
    {
        var proto = model.Proto!.Clone();
        // An input with a number for when it is left out would be read as that number.
        if (proto.Graph.Initializer.FirstOrDefault(t => t.Name == model.Target) is { } otherwise)
            proto.Graph.Initializer.Remove(otherwise);
        var graph = Read(proto, source, imageSize);
        var layers = new TargetLayers(graph, graph.Find(model.Input)!, graph.Find(model.Logits)!);
        return Perturb(graph, layers.Find(graph, graph.Find(layer.Name) is null ? layer.Activations : layer.Name, source), source);
    }

    private static OnnxModel Perturb(Graph graph, FeatureMap map, string source)
    {
        var perturbation = graph.AddInput("perturbation", ElementType.Float, new Shape(1, map.Channels, map.Height, map.Width));
        var added = map.Unview(perturbation);
        if (graph.WeightType != ElementType.Float)
            added = added.Cast(graph.WeightType);
        graph.Reroute(map.Value, map.Value + added);
        return new OnnxModel(graph.Model, source);
    }

    /// <summary>The graph of an .onnx file.</summary>
    /// <param name="model">Owned by the graph from now on.</param>
    /// <exception cref="ModelException">It contradicts itself.</exception>
    public static Graph Read(ModelProto model, string source, (int Height, int Width) imageSize) =>
        Guarded(source, () => new Graph(model, imageSize));

    /// <summary>Runs something on a graph, and turns what a contradictory one makes it throw into an error about the file.</summary>
    public static T Guarded<T>(string source, Func<T> look)
    {
        try
        {
            return look();
        }
        catch (Exception error) when (InvalidGraphException.IsCausedBy(error))
        {
            throw OnnxFile.Refuse(source, error is InvalidGraphException ? error.Message : "its graph contradicts itself",
                "Export the model anew, and check it with the exporter's own checker", error);
        }
    }

    /// <summary>Makes the logits an output, as float: under their own name when they are one already.</summary>
    private static Value Expose(Graph graph, Value logits) =>
        graph.AddOutput(logits, graph.Outputs.Contains(logits) && graph.WeightType == graph.FloatType ? logits.Name : "logits");

    private ExplainableModel Run(Openness open)
    {
        var (image, sizes) = (_classification.Image, _classification.Image.Known);
        if (_options.Targets > _classification.Classes)
            throw new ModelException("Cannot prepare for", $"{_options.Targets} classes", $"'{_source}' has {_classification.Classes}",
                "Ask for fewer, or leave their number open")
            { IsAboutTheRequest = true };
        var closed = OpenAxes.Find(_graph, image, Logits, open);
        _graph.Fix(image, closed);
        FeatureMap[] maps = [.. Chosen()];
        _isSingle = maps.Length == 1;
        var heads = maps.Select(map => (Path: Backpropagation.Path(map.Value, Logits), Map: map)).ToArray();
        foreach (var (path, map) in heads)
            if (path.Count == 0)
                throw _layers.Unfit("Cannot explain at the layer", map.Name, "the logits do not depend on it");
        var weights = heads.Select(head => head.Map.IsChannelsFirst ? PooledLinearHead.Weights(head.Map.Value, Logits, head.Path) : null).ToArray();
        var approximations = HeadExactness.Of([.. maps.Select(map => map.Value)], Logits);
        // Outputs get names of their own below; what they were called is kept.
        var (names, choices) = (maps.Select(map => map.Name).ToArray(), _layers.Names);
        var idle = IdleRule();
        var needed = maps.Where((_, i) => weights[i] is null || !_options.OnlyNeededGradients).ToArray();
        var (gradients, pixels) = Gradients(needed);
        var logits = Expose(_graph, Logits);
        var layers = maps.Select((map, i) => new ExplainableLayer(
            names[i], map.Channels, map.Height, map.Width,
            _graph.AddOutput(map.View(map.Value), Suffixed("activations", names[i])).Name,
            gradients.TryGetValue(map, out var gradient) ? _graph.AddOutput(gradient, Suffixed("gradients", names[i])).Name : null,
            weights[i] is null ? HeadKind.General : HeadKind.PooledLinear, weights[i], approximations[i], map.Times)).ToArray();
        var pixelOutput = pixels is null ? null : _graph.AddOutput(pixels, "input_gradients");
        _graph.Prune();
        var report = new PreparationReport(_nodesBefore, _graph.Nodes.Count - _nodesBefore, _graph.Opset, null, null,
            [.. closed.Select(axis => $"{NameOf(image, axis)} {sizes[axis]}")], null);
        var model = new ExplainableModel(image.Name, logits.Name, _classification.Classes, layers, _targets?.Target.Name, pixelOutput?.Name,
            choices, _classification.IsMultiLabel, report)
        { Relu = _options.Relu, IdleRule = idle, Proto = _graph.Model };
        PreparedMetadata.Write(_graph, model);
        return model;
    }

    private static string NameOf(Value image, int axis) =>
        axis == 0 ? "batch" : axis == ImageInput.HeightAxis([.. image.Known.Dims]) ? "height" : "width";

    private IEnumerable<FeatureMap> Chosen()
    {
        var names = _options.Layers.Count == 0 ? ["auto"] : _options.Layers;
        var maps = names.Select(name => name == "auto" ? _layers.Last ?? throw NoLayer() : _layers.Find(_graph, name, _source));
        return maps.DistinctBy(map => map.Value);
    }

    /// <summary>"gradients", or "gradients:layer" where there are several.</summary>
    private string Suffixed(string name, string layer) => _isSingle ? name : $"{name}:{layer}";

    /// <summary>The gradients of the layers, [N*B,K,H,W], and of the picture.</summary>
    private (IReadOnlyDictionary<FeatureMap, Value> Layers, Value? Pixels) Gradients(IReadOnlyList<FeatureMap> maps)
    {
        var image = _classification.Image;
        if (maps.Count == 0 && !_options.Pixels)
            return (new Dictionary<FeatureMap, Value>(), null);
        try
        {
            _targets = TargetInput.Add(_graph, Logits, _classification.Classes, _options.Targets);
            var isOneWalk = _options.Pixels && _options.Relu == ReluRule.Gradient;
            Value[] wanted = [.. maps.Select(map => map.Value), .. isOneWalk ? [image] : Array.Empty<Value>()];
            var gradients = wanted.Length == 0 ? [] : GradientsOf(wanted, ReluRule.Gradient);
            var pixels = isOneWalk ? gradients[^1] : _options.Pixels ? GradientsOf([image], _options.Relu)[0] : null;
            return (maps.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.First.ViewGradient(pair.Second)), pixels?.JoinBatch(image));
        }
        catch (MissingRulesException error)
        {
            var others = _layers.Names.Except(maps.Select(map => map.Name)).ToArray();
            var fix = others.Length == 0
                ? "Choose another network"
                : $"Choose a target layer after it with --layer; layers: {string.Join(", ", others)}";
            throw new ModelException("Cannot differentiate", _source, error.Message, fix, error);
        }
    }

    /// <summary>Why the rule for relus is the gradient under another name here, or null.</summary>
    private string? IdleRule()
    {
        if (!_options.Pixels || _options.Relu == ReluRule.Gradient)
            return null;
        var path = Backpropagation.Path(_classification.Image, _classification.Unrounded);
        if (path.Any(GradientRules.FollowsReluRule))
            return null;
        var bends = path.Select(node => node.Op).Where(GradientRules.Activations.ContainsKey).Except(["Softmax", "LogSoftmax"]).Distinct().Order().ToArray();
        return $"it has no relu, which the rule is about{(bends.Length > 0 ? $"; it bends by {string.Join(", ", bends)}" : "")}";
    }

    /// <summary>[N,value...] each: through the chosen classes' slice of the tail where all lie before it, otherwise from one-hot rows at the
    /// logits.</summary>
    private IReadOnlyList<Value> GradientsOf(Value[] wanted, ReluRule relu)
    {
        var classes = _targets!.Value.Classes;
        if (_tail is not null && wanted.All(value => ReferenceEquals(value, _tail.Features) || Backpropagation.Path(value, _tail.Features).Count > 0))
            return Backpropagation.Gradients(_tail.Features, _tail.Gradient(classes, relu), wanted, relu);
        var order = _graph.Ints([.. Enumerable.Range(0, _classification.Classes).Select(i => (long)i)]);
        var oneHot = classes.Unsqueeze([2]).EqualTo(order);
        return Backpropagation.Gradients(_classification.Unrounded, oneHot.ReshapeLike(Logits), wanted, relu);
    }

    private ModelException NoLayer() =>
        new("Cannot explain", _source, "it has no convolutional feature map of more than one position before the logits",
            "Choose a convolutional network, or a layer with --layer");
}
