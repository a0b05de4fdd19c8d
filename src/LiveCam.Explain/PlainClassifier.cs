using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>
/// The network as it lies on disk, run with the same options as a <see cref="Classifier"/> but explaining nothing: the limit
/// that an explained frame is measured against. Used by one thread; owns its session.
/// </summary>
public sealed class PlainClassifier : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly BoundInputs _inputs;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly OrtValue? _target;

    public PlainClassifier(Network network, ExecutionDevice device)
    {
        var (options, description) = device.Configure();
        using (options)
            _session = new InferenceSession(network.Path, options);
        _binding = _session.CreateIoBinding();
        _inputs = new BoundInputs(_binding, description);
        _input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, network.InputShape);
        var model = network.At(network.Card.Layer);
        var inputs = new Dictionary<string, OrtValue> { [model.Input] = _input };
        // A model that comes with its gradients has no plainer form: it is run for the top class.
        if (network.ComesWithGradients)
            inputs[model.Target!] = _target = OrtValue.CreateTensorValueFromMemory<long>(new long[] { -1 }, [1]);
        foreach (var (name, value) in inputs)
            _inputs.Bind(name, value);
        using var shapes = _session.Run(_runOptions, inputs, [_session.OutputNames[0]]);
        _output = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shapes[0].GetTensorTypeAndShape().Shape);
        _binding.BindOutput(_session.OutputNames[0], _output);
    }

    /// <summary>The network's input, of <see cref="Network.InputShape"/>.</summary>
    public Span<float> Input => _input.GetTensorMutableDataAsSpan<float>();

    /// <summary>The first output after <see cref="Run"/>: logits or probabilities.</summary>
    public ReadOnlySpan<float> Output => _output.GetTensorDataAsSpan<float>();

    /// <summary>Runs the network on <see cref="Input"/> and returns the milliseconds it took.</summary>
    public double Run()
    {
        var started = Stopwatch.GetTimestamp();
        _inputs.Give();
        _session.RunWithBinding(_runOptions, _binding);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public void Dispose()
    {
        _binding.Dispose();
        _output.Dispose();
        _target?.Dispose();
        _input.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
