using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Models;
using LiveCam.Explain.Pixels;
using LiveCam.Onnx;

namespace LiveCam.Explain;

/// <summary>
/// A network that can be explained: its file, card and labels, made explainable for any of its layers on demand. A plain
/// classifier is differentiated in memory; a model that was exported explainable is used as it is. Safe on any thread.
/// </summary>
public sealed class Network
{
    private readonly Lock _lock = new();
    private readonly ModelFile _file;
    private readonly OnnxModel _model;
    private readonly ExplainableModel? _prepared;
    private readonly string[] _names;
    private (string Layer, ExplainableModel Model) _latest;
    private (string Layers, ReluRule? Rule, ExplainableModel Model)? _latestOthers;

    private Network(ModelFile file)
    {
        (_file, _model) = (file, file.Load());
        _prepared = ModelErrors.Translate(_model.AsPrepared);
        _latest = (Card.Layer, Differentiate([Card.Layer]));
        Classes = IsExportedExplainable ? CountClasses() : _latest.Model.Classes;
        LabelFile.Check(Labels, Classes, file.Path);
        _names = [.. Enumerable.Range(0, Classes).Select(i => i < Labels.Count ? Labels[i] : i.ToString(CultureInfo.InvariantCulture))];
    }

    public ModelCard Card => _file.Card;

    public string Path => _file.Path;

    /// <summary>The network as it lies on disk.</summary>
    public OnnxModel Model => _model;

    /// <summary>SHA-256 of its file in lower-case hex.</summary>
    public string Sha256 => _file.Sha256;

    /// <summary>What was guessed for want of a model card, or null.</summary>
    public string? Guess => _file.Guess;

    /// <summary>Class names, empty when the model has none.</summary>
    public IReadOnlyList<string> Labels => _file.Labels;

    public int Classes { get; }

    /// <summary>Layers that can be explained, from input to logits.</summary>
    public IReadOnlyList<string> Layers => _latest.Model.Choices;

    /// <summary>True when the model was exported with its gradients; such a graph understands target -1, but not -2 for the second best class.</summary>
    public bool IsExportedExplainable => Card.Activations.Length > 0;

    /// <summary>True when the model has gradient outputs of its own, by 'livecam prepare' or by export.</summary>
    public bool ComesWithGradients => IsExportedExplainable || _prepared is not null;

    /// <summary>Shape of the image input with batch 1.</summary>
    public long[] InputShape => Card.Frames is { } frames ? [1, 3, frames, Card.InputHeight, Card.InputWidth]
        : Card.Layout == TensorLayout.Nchw
        ? [1, 3, Card.InputHeight, Card.InputWidth]
        : [1, Card.InputHeight, Card.InputWidth, 3];

    /// <summary>Reads a model by name, folder or .onnx file, and makes it explainable. Throws <see cref="LiveCamException"/>.</summary>
    public static Network Open(string nameOrPath) => new(ModelFile.Open(nameOrPath));

    /// <summary>The label of a class, or its index when there are no labels.</summary>
    public string LabelOf(int index) => _names[index];

    /// <summary>The CAM methods that the head behind a layer allows, in their order.</summary>
    public IEnumerable<CamMethod> MethodsAt(string layer) => CamMethods.All.Where(method => Allows(method, layer));

    /// <summary>Whether a pixel technique can be done: by rules for relus that the network has, and gradients that it can be asked for.</summary>
    public bool Allows(PixelMethod method, string layer)
    {
        try
        {
            Check(method, layer);
            return true;
        }
        catch (LiveCamException)
        {
            return false;
        }
    }

    /// <summary>Refuses a pixel technique that cannot be done.</summary>
    public void Check(PixelMethod method, string layer)
    {
        foreach (var rule in method.Rules)
            At(layer, rule);
    }

    /// <summary>Whether the head behind a layer allows a method.</summary>
    public bool Allows(CamMethod method, string layer) => !method.NeedsPooledLinearHead || At(layer).Layer.Head == HeadKind.PooledLinear;

    /// <summary>Refuses a layer that does not exist, or a method that the head behind it does not allow.</summary>
    public void Check(CamMethod method, string layer)
    {
        var model = At(layer);
        if (!Allows(method, layer))
            throw new LiveCamException("Cannot use the method", method.Name,
                $"behind '{model.Layer.Name}' of '{Card.Name}' there is more than global average pooling and one linear layer",
                "Choose gradcam or gradcam++, or the layer just before the pooling");
    }

    /// <summary>The explainable model for a target layer, or for "auto".</summary>
    public ExplainableModel At(string layer)
    {
        lock (_lock)
        {
            if (_latest.Layer != layer)
                _latest = (layer, Differentiate([layer]));
            return _latest.Model;
        }
    }

    /// <summary>The same for several pictures at once, where the file leaves that open; made anew at each call.</summary>
    public ExplainableModel ForSeveral(string layer) => Differentiate([layer], isOpen: true);

    /// <summary>The same with gradients down to the picture. Throws <see cref="LiveCamException"/> when the network has none, or no relu for a rule other
    /// than the gradient's.</summary>
    public ExplainableModel At(string layer, ReluRule pixels) => At([layer], pixels);

    /// <summary>A classifier for a target layer, the caller's to dispose.</summary>
    /// <param name="layer">The target layer, or "auto".</param>
    /// <param name="device">Where it is to run.</param>
    /// <param name="pixels">What relus let through on the way to the pixels, when their gradients are wanted.</param>
    public Classifier CreateClassifier(string layer, ExecutionDevice device, ReluRule? pixels = null) => CreateClassifier([layer], device, pixels);

    /// <summary>The same for several layers, the target layer first: one pass back serves them all.</summary>
    public Classifier CreateClassifier(IReadOnlyList<string> layers, ExecutionDevice device, ReluRule? pixels = null) =>
        new(At(layers, pixels), Path, InputShape, device);

    /// <summary>What the positions of a layer see of the network's input.</summary>
    /// <exception cref="LiveCamException">The layer is unknown, or no feature map.</exception>
    public ReceptiveField ReceptiveFieldOf(string layer) =>
        ModelErrors.Translate(() => _model.ReceptiveFieldOf(layer, (Card.InputHeight, Card.InputWidth)));

    /// <summary>The network up to a layer, whose classes are the layer's units: "unit 17", whose score is the largest of feature map 17. It sees pictures
    /// as this one does.</summary>
    /// <param name="layer">The layer, or "auto".</param>
    /// <exception cref="LiveCamException">The layer is no feature map of several units, or the network came with gradients of its own.</exception>
    public Network UnitsOf(string layer)
    {
        RequirePictures("Cannot ask the units of");
        if (ComesWithGradients)
            throw new LiveCamException("Cannot ask the units of", layer, $"'{Path}' comes with the gradients of its classes", "Use the original model");
        var target = At(layer).Layer;
        var units = ModelErrors.Translate(() => _model.UnitsOf(target.Name, (Card.InputHeight, Card.InputWidth)));
        return new Network(_file with
        {
            Card = Card with { Layer = target.Name, Background = "", Labels = "", Sha256 = "" },
            Labels = [.. Enumerable.Range(0, target.Channels).Select(unit => $"unit {unit}")],
            Guess = null,
            Model = new Lazy<OnnxModel>(units),
        });
    }

    /// <summary>Outputs of the layers whose weights can be randomised, the head first; empty where none can be.</summary>
    public IReadOnlyList<string> RandomisableLayers => field ??= ListRandomisable();

    /// <summary>This network with the weights of its last layers replaced by noise.</summary>
    /// <param name="layers">How many, from the head upwards.</param>
    /// <param name="seed">Of the noise.</param>
    /// <exception cref="LiveCamException">It comes with gradients of its own, which are those of its weights, or its weights are no floats.</exception>
    public Network Randomised(int layers, int seed)
    {
        RequirePictures("Cannot randomise the weights of");
        if (ComesWithGradients)
            throw new LiveCamException("Cannot randomise the weights of", Path, "it comes with gradients of its own", "Use the original model");
        var randomised = ModelErrors.Translate(() => RandomisedModel.From(_model, layers, seed, (Card.InputHeight, Card.InputWidth)));
        return new Network(_file with { Card = Card with { Sha256 = "" }, Model = new Lazy<OnnxModel>(randomised.Model) });
    }

    /// <summary>The network up to its logits and no more, for many plain runs.</summary>
    public ScoringModel ToScoringModel() => ModelErrors.Translate(() =>
    {
        var size = (Card.InputHeight, Card.InputWidth);
        return IsExportedExplainable ? ScoringModel.From(_model, Card.Input, Card.Logits, size) : ScoringModel.From(_model, size);
    });

    /// <summary>Refuses a video network where pictures are looked at one by one.</summary>
    /// <param name="what">What cannot be done, and to whom: "Cannot measure the faithfulness of".</param>
    public void RequirePictures(string what)
    {
        if (Card.Frames is { } frames)
            throw new LiveCamException(what, Card.Name, $"it looks at {frames} frames at once, and this is done with single pictures only", "Choose a network of single pictures", ExitCode.Model);
    }

    private IReadOnlyList<string> ListRandomisable()
    {
        try
        {
            return ComesWithGradients ? [] : RandomisedModel.LayersOf(_model, (Card.InputHeight, Card.InputWidth));
        }
        catch (ModelException)
        {
            // Said when it is asked for.
            return [];
        }
    }

    private ExplainableModel At(IReadOnlyList<string> layers, ReluRule? pixels)
    {
        if (layers is [var only] && pixels is null)
            return At(only);
        lock (_lock)
        {
            var named = string.Join('\n', layers);
            if (_latestOthers is not { } latest || latest.Layers != named || latest.Rule != pixels)
                _latestOthers = latest = (named, pixels, Differentiate(layers, pixels));
            return latest.Model;
        }
    }

    /// <summary>How many logits an exported model gives: its graph does not have to declare it.</summary>
    private int CountClasses()
    {
        using var classifier = CreateClassifier(Card.Layer, new ExecutionDevice("cpu"));
        return classifier.Classes;
    }

    private ExplainableModel Differentiate(IReadOnlyList<string> layers, ReluRule? pixels = null, bool isOpen = false)
    {
        if (pixels is { } rule && ComesWithGradients && !(_prepared?.PixelGradients is not null && _prepared.Relu == rule))
            throw new LiveCamException("Cannot go down to the pixels of", Path, $"it comes with gradients of its own, and not with those of the pixels by the {rule.ToString().ToLowerInvariant()} rule",
                "Use the original model, or prepare it with --pixels and that --relu");
        if (pixels is not null)
            RequirePictures("Cannot go down to the pixels of");
        if (IsExportedExplainable)
            return Exported(layers);
        if (_prepared is not null)
            return _prepared with { Layers = [.. layers.Select(layer => Prepared(_prepared, layer))] };
        if (layers.Contains(""))
            throw new LiveCamException("Unknown layer", "", "it has no name", "Leave --layer out for the model card's");
        var model = ModelErrors.Translate(() => ExplainableModel.From(_model, new PreparationOptions
        {
            Layers = layers,
            OnlyNeededGradients = true,
            Pixels = pixels is not null,
            Relu = pixels ?? ReluRule.Gradient,
            ImageSize = (Card.InputHeight, Card.InputWidth),
            FixedSize = !isOpen,
        }));
        if (model.IdleRule is { } idle)
            throw new LiveCamException($"Cannot use {(pixels == ReluRule.Guided ? "guided backpropagation" : "Deconvnet")} on", Path, idle, "Use the gradient instead");
        return Card.Input.Length == 0 || Card.Input == model.Input
            ? model
            : throw new LiveCamException("Cannot feed", Path, $"its image input is '{model.Input}', the model card says '{Card.Input}'", "Correct 'input' in model.json", ExitCode.Model);
    }

    /// <summary>One of the layers of a model that 'livecam prepare' made.</summary>
    private ExplainableLayer Prepared(ExplainableModel model, string layer)
    {
        var found = layer == "auto" ? model.Layer : model.Layers.FirstOrDefault(l => l.Name == layer)
            ?? throw new LiveCamException("Cannot explain at", layer, $"'{Path}' was prepared for {string.Join(", ", model.Choices)} only",
                "Leave --layer out, or prepare the original model for that layer");
        return found.Gradients is not null && model.Target is not null
            ? found
            : throw new LiveCamException("Cannot explain at", found.Name, $"'{Path}' was prepared without its gradients", "Prepare the original model again", ExitCode.Model);
    }

    /// <summary>A model with gradient outputs of its own: taken at its word, at the one layer it was exported for.</summary>
    private ExplainableModel Exported(IReadOnlyList<string> layers)
    {
        if (layers.FirstOrDefault(layer => layer != "auto" && layer != Card.Layer) is { } other)
            throw new LiveCamException("Cannot explain at", other, $"'{Card.Name}' was exported with the gradients of '{Card.Layer}' only",
                "Leave --layer out, or export the model again for that layer");
        return ExplainableModel.Exported(_model, Card.Input, Card.Target, Card.Logits, Classes, new ExplainableLayer(
            Card.Layer, 0, 0, 0, Card.Activations, Card.Gradients, HeadKind.General, null,
            "what lies behind the layer of a model exported with its gradients is not known"));
    }
}
