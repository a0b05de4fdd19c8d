using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LiveCam.Core;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>
/// An ONNX Runtime session of an explainable model. Input and outputs are allocated once, in memory the processor reads, and
/// bound; a warm <see cref="Run"/> allocates nothing. Used by one thread (the explain thread); owns its values, and the session, alone or with its twins.
/// </summary>
public sealed class Classifier : IDisposable
{
    private readonly string _name;
    private readonly SharedSession _shared;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly BoundInputs _inputs;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _input;
    private readonly OrtValue? _halfInput;
    private readonly OrtValue _logits;
    private readonly LayerOutput[] _layers;
    private readonly int? _fixedTargets;
    private readonly long[] _inputShape;
    private OrtValue? _targets;
    private OrtValue? _pixelGradients;

    /// <param name="model">The explainable model.</param>
    /// <param name="name">What to call the model in errors: its path.</param>
    /// <param name="inputShape">Shape of the image input with batch 1: [1,3,H,W] or [1,H,W,3], or [1,3,T,H,W] of a video network.</param>
    /// <param name="device">Where it is to run.</param>
    public Classifier(ExplainableModel model, string name, IReadOnlyList<long> inputShape, ExecutionDevice device)
        : this(model, name, inputShape, Open(model.ToBytes(), name, device))
    {
    }

    private Classifier(ExplainableModel model, string name, IReadOnlyList<long> inputShape, (SharedSession Shared, string Device) opened)
    {
        (Model, _name, _inputShape) = (model, name, [.. inputShape]);
        (_shared, _session, Device) = (opened.Shared, opened.Shared.Session, opened.Device);
        RequireInput(inputShape);
        _fixedTargets = FixedTargets();
        _binding = _session.CreateIoBinding();
        _inputs = new BoundInputs(_binding, Device);
        _input = Allocate([.. inputShape]);
        if (_session.InputMetadata[model.Input].ElementDataType == TensorElementType.Float16)
            _halfInput = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float16, [.. inputShape]);
        _inputs.Bind(model.Input, _halfInput ?? _input);
        var (logits, activations) = OutputShapes(inputShape);
        _logits = Allocate(logits);
        _binding.BindOutput(model.Logits, _logits);
        _layers = [.. model.Layers.Zip(activations, (layer, shape) => new LayerOutput(layer, shape, _binding))];
        Classes = (int)logits.Aggregate(1L, (a, b) => a * b);
        if (model.Target is not null)
            TargetCount = 1;
    }

    /// <summary>Another one of the same session with values of its own, the caller's to dispose: both can run at the same time, each on its thread.</summary>
    public Classifier Twin() => new(Model, _name, _inputShape, (_shared.Join(), Device));

    public ExplainableModel Model { get; }

    /// <summary>The target layer, and those beside it, as the model has them.</summary>
    public IReadOnlyList<LayerOutput> Layers => _layers;

    /// <summary>The target layer.</summary>
    public LayerOutput Target => _layers[0];

    /// <summary>Whether eq. 19 of the Grad-CAM++ paper is exact behind the target layer.</summary>
    public Exactness Exactness => Target.Exactness;

    /// <summary>Where it runs, for people.</summary>
    public string Device { get; }

    /// <summary>Whether that is the processor, where a session may run on several threads at once; not every other device allows it.</summary>
    public bool IsOnProcessor => ExecutionDevice.IsProcessor(Device);

    /// <summary>Length of the model that the session was made of.</summary>
    internal long ModelBytes => _shared.ModelBytes;

    /// <summary>Number of logits.</summary>
    public int Classes { get; }

    /// <summary>K of the target layer.</summary>
    public int Channels => Target.Channels;

    public int Height => Target.Height;

    public int Width => Target.Width;

    /// <summary>The network's input, to be filled before <see cref="Run"/>: [1,3,H,W] or [1,H,W,3].</summary>
    public Span<float> Input => _input.GetTensorMutableDataAsSpan<float>();

    /// <summary>[Classes], after <see cref="Run"/>.</summary>
    public ReadOnlySpan<float> Logits => _logits.GetTensorDataAsSpan<float>();

    /// <summary>[K,H,W] of the target layer, after <see cref="Run"/>.</summary>
    public ReadOnlySpan<float> Activations => Target.Activations;

    /// <summary>The classes whose gradients the next run computes, [N]: indices, or -r for the r-th best. Empty when the head's closed form needs none.</summary>
    public Span<long> Targets => _targets is null ? [] : _targets.GetTensorMutableDataAsSpan<long>();

    /// <summary>N: how many gradients a run computes. Setting another number allocates new outputs; a model prepared for a fixed number computes
    /// that many and takes no more.</summary>
    public int TargetCount
    {
        get => Targets.Length;
        set
        {
            if (Model.Target is null)
                return;
            if (value > _fixedTargets)
                throw new LiveCamException("Cannot explain", $"{value} classes", $"'{_name}' was prepared for exactly {_fixedTargets}",
                    "Ask for fewer, or prepare the original model without --classes");
            value = _fixedTargets ?? value;
            if (value == TargetCount)
                return;
            _targets?.Dispose();
            _targets = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Int64, [value]);
            _targets.GetTensorMutableDataAsSpan<long>().Fill(-1);
            _inputs.Bind(Model.Target, _targets);
            foreach (var layer in _layers)
                layer.BindGradients(value);
            BindPixelGradients(value);
        }
    }

    /// <summary>Gradients of target <paramref name="n"/> at the target layer, [K,H,W], after <see cref="Run"/>.</summary>
    public ReadOnlySpan<float> GradientsOf(int n) => Target.GradientsOf(n);

    /// <summary>Gradients of target <paramref name="n"/> down to the network's input, [3,H,W] or [H,W,3], after <see cref="Run"/>; only of a model that
    /// was prepared with them.</summary>
    public ReadOnlySpan<float> PixelGradientsOf(int n) => _pixelGradients!.GetTensorDataAsSpan<float>().Slice(n * Input.Length, Input.Length);

    /// <summary>Runs the network on <see cref="Input"/> and <see cref="Targets"/>.</summary>
    public void Run()
    {
        RoundInput();
        try
        {
            _inputs.Give();
            _session.RunWithBinding(_runOptions, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refuse("Cannot run the model", e);
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _targets?.Dispose();
        foreach (var layer in _layers)
            layer.Dispose();
        _pixelGradients?.Dispose();
        _logits.Dispose();
        _halfInput?.Dispose();
        _input.Dispose();
        _runOptions.Dispose();
        _shared.Dispose();
    }

    private static (SharedSession Shared, string Device) Open(byte[] model, string name, ExecutionDevice device)
    {
        var (session, description) = OpenSession(model, name, device);
        return (new SharedSession(session, model.Length), description);
    }

    private void BindPixelGradients(int targets)
    {
        if (Model.PixelGradients is null)
            return;
        _pixelGradients?.Dispose();
        _pixelGradients = Allocate([targets, .. _inputShape[1..]]);
        _binding.BindOutput(Model.PixelGradients, _pixelGradients);
    }

    private int? FixedTargets()
    {
        if (Model.Target is not { } name)
            return null;
        var input = _session.InputMetadata.GetValueOrDefault(name) ?? _session.OverridableInitializerMetadata.GetValueOrDefault(name);
        return input?.Dimensions is [> 0 and var count] && Model.Layers[0].Height > 0 ? count : null;
    }

    private void RoundInput()
    {
        if (_halfInput is not null)
            TensorPrimitives.ConvertToHalf(Input, MemoryMarshal.Cast<Float16, Half>(_halfInput.GetTensorMutableDataAsSpan<Float16>()));
    }

    /// <summary>Refuses a graph whose input is not what the model card says it is.</summary>
    private void RequireInput(IReadOnlyList<long> shape)
    {
        var input = _session.InputMetadata[Model.Input];
        if (input.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16))
            throw new LiveCamException("Cannot feed", _name, $"its input '{Model.Input}' takes {input.ElementDataType} numbers, LiveCam gives 32-bit or 16-bit floats",
                "Export the network with a float32 input", ExitCode.Model);
        var fits = input.Dimensions.Length == shape.Count && input.Dimensions.Zip(shape, (wanted, given) => wanted <= 0 || wanted == given).All(same => same);
        if (!fits)
            throw new LiveCamException("Cannot feed", _name, $"its input '{Model.Input}' is {string.Join('x', input.Dimensions)}, the model card says {string.Join('x', shape)}",
                "Correct 'size', 'layout' and 'frames' in model.json", ExitCode.Model);
    }

    internal static OrtValue Allocate(long[] shape) =>
        OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);

    /// <summary>A session of a model, the caller's to dispose, and where it runs. Throws <see cref="LiveCamException"/>.</summary>
    internal static (InferenceSession Session, string Device) OpenSession(byte[] model, string name, ExecutionDevice device)
    {
        var (options, description) = device.Configure();
        using (options)
        {
            try
            {
                return (new InferenceSession(model, options), description);
            }
            catch (OnnxRuntimeException e)
            {
                throw Refuse("Cannot load the model", name, e);
            }
        }
    }

    /// <summary>Shapes of logits and of every layer's activations, taken from one run: graphs with symbolic sizes do not declare them.</summary>
    private (long[] Logits, long[][] Activations) OutputShapes(IReadOnlyList<long> inputShape)
    {
        var count = _fixedTargets ?? 1;
        using var targets = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(-1L, count).ToArray(), [count]);
        var inputs = new Dictionary<string, OrtValue> { [Model.Input] = _halfInput ?? _input };
        if (Model.Target is not null)
            inputs[Model.Target] = targets;
        Input.Clear();
        RoundInput();
        try
        {
            using var outputs = _session.Run(_runOptions, inputs, [Model.Logits, .. Model.Layers.Select(layer => layer.Activations)]);
            long[][] shapes = [.. outputs.Select(output => output.GetTensorTypeAndShape().Shape)];
            for (var i = 0; i < Model.Layers.Count; i++)
                if (shapes[i + 1] is not [1, _, _, _] || shapes[0] is not [1, ..])
                    throw new LiveCamException("Cannot explain", Model.Layers[i].Name,
                        $"with input [{string.Join(',', inputShape)}] its activations are [{string.Join(',', shapes[i + 1])}] and the logits [{string.Join(',', shapes[0])}]",
                        "The layer must give [1,K,H,W] for one picture; choose another with --layer", ExitCode.Model);
            return (shapes[0], shapes[1..]);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refuse("Cannot run the model", e);
        }
    }

    private LiveCamException Refuse(string what, OnnxRuntimeException e) => Refuse(what, _name, e);

    /// <summary>What ONNX Runtime says of a model, as the user's error.</summary>
    internal static LiveCamException Refuse(string what, string model, OnnxRuntimeException e) =>
        new(what, model, e.Message.Split('\n')[0].Trim().TrimEnd('.'), "Check the file with 'livecam doctor --model FILE', or choose another model", ExitCode.Model, e);
}
