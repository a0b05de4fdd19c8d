using System.CommandLine;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Takes;
using LiveCam.Video.Sources;
using LiveCam.Video.Takes;

namespace LiveCam.Commands;

/// <summary>The options of every command that explains: which network, method, layer, classes, device, and parameters.</summary>
internal sealed class ExplainOptions
{
    private readonly Option<string> _model = new("--model") { Description = "Installed model, model folder or .onnx file", DefaultValueFactory = _ => "emoji" };
    private readonly Option<string> _method = new("--method")
    {
        Description = $"CAM method: {string.Join(", ", Explain.Cam.CamMethods.All.Select(m => m.Name))}",
        DefaultValueFactory = _ => "gradcam++",
    };
    private readonly Option<string?> _layer = new("--layer") { Description = "Target layer; the model card's, or the last convolutional one, when left out" };
    private readonly Option<string> _class = new("--class")
    {
        Description = "Classes to explain: top, top3, names or indices (dog,cat), a contrast (dog-cat: why dog, not cat; clearest with gradcam)",
        DefaultValueFactory = _ => "top",
    };
    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, cuda or another execution provider", DefaultValueFactory = _ => "auto" };
    private readonly Option<string?> _plugin = new("--ep-library") { Description = "Plug-in execution provider to run on (a library file)" };
    private readonly Option<int> _threads = new("--threads") { Description = "Inference threads of the CPU", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<string[]> _set = new("--set") { Description = "name=value: any parameter, see 'livecam parameters' (repeatable)", DefaultValueFactory = _ => [] };

    private readonly SourceArguments? _source;
    private EvidenceContext? _recorded;

    /// <param name="command">Gets the options.</param>
    /// <param name="source">Of the same command: a source that has a network of its own is explained with it, unless another is asked for.</param>
    public ExplainOptions(Command command, SourceArguments? source = null)
    {
        _source = source;
        foreach (var option in new Option[] { _model, _method, _layer, _class, _device, _plugin, _threads, _set })
            command.Add(option);
    }

    /// <summary>The network that was asked for. What was guessed about it is printed on standard error.</summary>
    public Network OpenNetwork(ParseResult parsed)
    {
        var network = Network.Open(ModelName(parsed));
        if (network.Guess is { } guess)
            Console.Error.WriteLine(guess);
        return network;
    }

    private string ModelName(ParseResult parsed)
    {
        var own = GivenModel(parsed) is null && _source?.Name(parsed) is { Length: > 0 } source ? SourceSchemes.ModelOf(source) : null;
        return own ?? parsed.GetValue(_model)!;
    }

    /// <summary>Everything a run explains with, the caller's to dispose.</summary>
    public ExplainSetup Open(ParseResult parsed) => Open(parsed, OpenNetwork(parsed));

    /// <summary>The same for a network that is open already.</summary>
    public ExplainSetup Open(ParseResult parsed, Network network)
    {
        var parameters = new ParameterSet();
        var explain = Parameters(parsed, network, parameters);
        // Those of explaining hold from the first frame, and also where no scene is ever loaded.
        ApplyKnown(parsed, parameters);
        var setup = new ExplainSetup(network, explain, parameters, new Explainer(network, Device(parsed), explain, new ExplanationPool()),
            (set, of) => ApplySettings(parsed, set, of))
        {
            KnownSettings = set => ApplyKnown(parsed, set),
        };
        // The meter's are there now too.
        ApplyKnown(parsed, parameters);
        return setup;
    }

    /// <summary>The network a take was recorded with, or the one asked for; method, layer and classes as they were at its start where nothing else is asked for.</summary>
    public ExplainSetup OpenTake(ParseResult parsed, EvidenceReader evidence)
    {
        var header = evidence.Header;
        var network = Network.Open(GivenModel(parsed) ?? (Path.Exists(header.ModelPath) ? header.ModelPath : header.Model));
        if (network.Sha256 != header.ModelSha256)
            throw new LiveCamException("Cannot use", network.Path, $"the take was recorded with {header.Model} of SHA-256 {header.ModelSha256[..12]}…, and this is {network.Sha256[..12]}…",
                "Name the file that it was recorded with by --model");
        _recorded = evidence.Contexts.Count > 0 ? evidence.Contexts[0] : null;
        return Open(parsed, network);
    }

    /// <summary>What was asked for of a take's explanation.</summary>
    public TakeWishes Wishes(ParseResult parsed) => new(IsGiven(parsed, _method), IsGiven(parsed, _layer), IsGiven(parsed, _class));

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The target layer that was asked for, or the model card's.</summary>
    public string Layer(ParseResult parsed, Network network) => parsed.GetValue(_layer) ?? network.Card.Layer;

    /// <summary>The model, if one was asked for.</summary>
    public string? GivenModel(ParseResult parsed) => parsed.GetResult(_model) is { Implicit: false } ? parsed.GetValue(_model) : null;

    /// <summary>The classes that were asked for.</summary>
    public string Class(ParseResult parsed) => parsed.GetValue(_class)!;

    /// <summary>Whether a class was asked for.</summary>
    public bool IsClassGiven(ParseResult parsed) => parsed.GetResult(_class) is { Implicit: false };

    /// <summary>The parameters of explaining, at the values that were asked for.</summary>
    public ExplainParameters Parameters(ParseResult parsed, Network network, ParameterSet parameters) =>
        _recorded is null ? new(parameters, network, parsed.GetValue(_method)!, Layer(parsed, network), parsed.GetValue(_class)!)
        : new(parameters, network, IsGiven(parsed, _method) ? parsed.GetValue(_method)! : _recorded.Method, IsGiven(parsed, _layer) ? Layer(parsed, network) : _recorded.Layer,
            IsGiven(parsed, _class) ? parsed.GetValue(_class)! : _recorded.Classes);

    public ExecutionDevice Device(ParseResult parsed)
    {
        var threads = parsed.GetValue(_threads);
        return threads is >= 1 and <= 256
            ? new(parsed.GetValue(_device)!, parsed.GetValue(_plugin)) { Threads = threads }
            : throw new LiveCamException("Cannot run on", $"--threads {threads}", "it must be 1 to 256", "Leave it out for one thread a core");
    }

    /// <summary>Applies each <c>--set</c> whose parameter is there already.</summary>
    private void ApplyKnown(ParseResult parsed, ParameterSet parameters)
    {
        foreach (var assignment in parsed.GetValue(_set)!.Where(assignment => parameters.TryGet(assignment.Split('=')[0].Trim(), out _)))
            parameters.Apply(assignment);
    }

    /// <summary>Applies every <c>--set</c>, once all parameters of the run have been added. Several classes get a hue each unless a view was asked for.</summary>
    public void ApplySettings(ParseResult parsed, ParameterSet parameters, Network network)
    {
        if (parameters.TryGet("heatmap.view", out var view) && view!.Text == "overlay"
            && ClassExpression.Parse(parameters["explain.class"].Text, network.Labels, network.Classes).Count > 1)
            view.Parse("hues");
        foreach (var assignment in parsed.GetValue(_set)!)
            parameters.Apply(assignment);
    }
}
