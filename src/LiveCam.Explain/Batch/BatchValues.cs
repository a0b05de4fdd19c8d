using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain.Batch;

/// <summary>Input and outputs of an explainable model for a number of pictures, bound to its session once. Owns its values; the session is the caller's.</summary>
internal sealed class BatchValues : IDisposable
{
    private readonly ExplainableModel _model;
    private readonly OrtIoBinding _binding;
    private readonly BoundInputs _inputs;
    private readonly OrtValue _input;
    private readonly OrtValue? _half;
    private readonly OrtValue _logits;
    private readonly OrtValue _activations;
    private OrtValue? _targets;
    private OrtValue? _gradients;

    /// <param name="model">The session's.</param>
    /// <param name="session">Runs it.</param>
    /// <param name="device">Where that is, for people.</param>
    /// <param name="options">Of its runs.</param>
    /// <param name="pictureShape">Of the input with one picture, [1,...].</param>
    /// <param name="pictures">How many a run takes.</param>
    public BatchValues(ExplainableModel model, InferenceSession session, string device, RunOptions options, IReadOnlyList<long> pictureShape, int pictures)
    {
        (_model, Pictures) = (model, pictures);
        long[] shape = [pictures, .. pictureShape.Skip(1)];
        _input = Classifier.Allocate(shape);
        Input.Clear();
        _half = session.InputMetadata[model.Input].ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float16, shape) : null;
        var (logits, activations) = OutputShapes(session, options);
        Classes = (int)(logits.Aggregate(1L, (a, b) => a * b) / pictures);
        (Channels, Times, Width) = ((int)activations[1], model.Layer.Times, (int)activations[3]);
        Height = (int)activations[2] / Times;
        (_logits, _activations) = (Classifier.Allocate(logits), Classifier.Allocate(activations));
        _binding = session.CreateIoBinding();
        _inputs = new BoundInputs(_binding, device);
        _inputs.Bind(model.Input, _half ?? _input);
        _binding.BindOutput(model.Logits, _logits);
        _binding.BindOutput(model.Layer.Activations, _activations);
        TargetCount = 1;
    }

    public int Pictures { get; }

    public int Classes { get; }

    /// <summary>K of the target layer.</summary>
    public int Channels { get; }

    /// <summary>Steps in time, 1 in a network of single pictures.</summary>
    public int Times { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Numbers in a picture's activations: K*T*H*W.</summary>
    public int Size => Channels * Times * Height * Width;

    /// <summary>The classes whose gradients the next run computes for every picture: indices, or -r for each one's r-th best. Empty when none are needed.</summary>
    public Span<long> Targets => _targets is null ? [] : _targets.GetTensorMutableDataAsSpan<long>();

    /// <summary>How many gradients a run computes; another number allocates anew.</summary>
    public int TargetCount
    {
        get => Targets.Length;
        set
        {
            if (_model.Target is null || value == TargetCount)
                return;
            _targets?.Dispose();
            _targets = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Int64, [value]);
            Targets.Fill(-1);
            _inputs.Bind(_model.Target, _targets);
            if (_model.Layer.Gradients is null)
                return;
            _gradients?.Dispose();
            _gradients = Classifier.Allocate([(long)value * Pictures, Channels, Times * Height, Width]);
            _binding.BindOutput(_model.Layer.Gradients, _gradients);
        }
    }

    private Span<float> Input => _input.GetTensorMutableDataAsSpan<float>();

    /// <summary>The input of a picture, to be filled before <see cref="Run"/>.</summary>
    public Span<float> InputOf(int picture) => Input.Slice(picture * (Input.Length / Pictures), Input.Length / Pictures);

    /// <summary>[Classes] of a picture, after a run.</summary>
    public ReadOnlySpan<float> LogitsOf(int picture) => _logits.GetTensorDataAsSpan<float>().Slice(picture * Classes, Classes);

    /// <summary>[K,T,H,W] of a picture, after a run.</summary>
    public ReadOnlySpan<float> ActivationsOf(int picture) => _activations.GetTensorDataAsSpan<float>().Slice(picture * Size, Size);

    /// <summary>Gradients of a target for a picture, [K,T,H,W], after a run: all pictures of the first target come first.</summary>
    public ReadOnlySpan<float> GradientsOf(int target, int picture) => _gradients!.GetTensorDataAsSpan<float>().Slice((target * Pictures + picture) * Size, Size);

    public void Run(InferenceSession session, RunOptions options)
    {
        if (_half is not null)
            TensorPrimitives.ConvertToHalf(Input, MemoryMarshal.Cast<Float16, Half>(_half.GetTensorMutableDataAsSpan<Float16>()));
        _inputs.Give();
        session.RunWithBinding(options, _binding);
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in (OrtValue?[])[_input, _half, _logits, _activations, _targets, _gradients])
            value?.Dispose();
    }

    private (long[] Logits, long[] Activations) OutputShapes(InferenceSession session, RunOptions options)
    {
        using var targets = OrtValue.CreateTensorValueFromMemory([-1L], [1]);
        var inputs = new Dictionary<string, OrtValue> { [_model.Input] = _half ?? _input };
        if (_model.Target is not null)
            inputs[_model.Target] = targets;
        using var outputs = session.Run(options, inputs, [_model.Logits, _model.Layer.Activations]);
        return (outputs[0].GetTensorTypeAndShape().Shape, outputs[1].GetTensorTypeAndShape().Shape);
    }
}
