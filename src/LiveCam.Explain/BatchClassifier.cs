using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LiveCam.Core;
using LiveCam.Explain.Models;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>
/// A network's scores of several pictures at once, and nothing else: no layer is seen, no gradient computed. Where the network does not take several, it
/// takes one. A warm <see cref="Run"/> allocates nothing. Used by one thread; owns its session and values.
/// </summary>
public sealed class BatchClassifier : IDisposable
{
    /// <summary>How far a picture's scores may lie apart alone and among others, as a share of the largest: kernels for other sizes sum in another order.</summary>
    private const float Tolerance = 1e-3f;

    private readonly string _name;
    private readonly long[] _pictureShape;
    private readonly ScoringModel _model;
    private readonly InferenceSession _session;
    private readonly string _device;
    private readonly RunOptions _runOptions = new();
    private readonly bool _isHalf;
    private Batched _batched;

    /// <param name="network">Whose scores are wanted.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="pictures">How many pictures a run is to take.</param>
    public BatchClassifier(Network network, ExecutionDevice device, int pictures)
    {
        (_name, _pictureShape) = (network.Path, network.InputShape);
        _model = network.ToScoringModel();
        (_session, _device) = Classifier.OpenSession(_model.ToBytes(), _name, device);
        _isHalf = _session.InputMetadata[_model.Input].ElementDataType == TensorElementType.Float16;
        try
        {
            _batched = Allocate(1);
        }
        catch (OnnxRuntimeException e)
        {
            _session.Dispose();
            throw Refuse("Cannot run the model", e);
        }
        if (pictures == 1 || !_model.HasOpenBatch)
            return;
        var alone = _batched;
        if (TakesSeveral(alone, pictures) is not { } several)
            return;
        _batched = several;
        alone.Dispose();
    }

    /// <summary>How many pictures a run takes: what was asked for, or 1.</summary>
    public int Pictures => _batched.Pictures;

    /// <summary>Number of scores of a picture.</summary>
    public int Classes => Logits.Length / Pictures;

    /// <summary>The input of picture <paramref name="i"/>, to be filled before <see cref="Run"/>: [3,H,W] or [H,W,3].</summary>
    public Span<float> InputOf(int i) => Input.Slice(i * Input.Length / Pictures, Input.Length / Pictures);

    /// <summary>[Classes], the scores of picture <paramref name="i"/> after <see cref="Run"/>.</summary>
    public ReadOnlySpan<float> LogitsOf(int i) => Logits.Slice(i * Classes, Classes);

    private Span<float> Input => _batched.Input.GetTensorMutableDataAsSpan<float>();

    private ReadOnlySpan<float> Logits => _batched.Logits.GetTensorDataAsSpan<float>();

    /// <summary>Runs the network on all pictures.</summary>
    public void Run()
    {
        try
        {
            _batched.Run(_session, _runOptions);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refuse("Cannot run the model", e);
        }
    }

    public void Dispose()
    {
        _batched.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    /// <summary>Room for several pictures when each comes out among others as it does alone; otherwise null. Shapes do not tell whether an operator mixes
    /// pictures, so it is tried on noise.</summary>
    private Batched? TakesSeveral(Batched alone, int pictures)
    {
        Batched? several = null;
        try
        {
            several = Allocate(pictures);
            var input = several.Input.GetTensorMutableDataAsSpan<float>();
            var random = new Random(1);
            foreach (ref var value in input)
                value = random.NextSingle() * 2 - 1;
            several.Run(_session, _runOptions);
            var (size, classes) = (input.Length / pictures, Logits.Length);
            foreach (var i in (int[])[0, pictures - 1])
            {
                input.Slice(i * size, size).CopyTo(Input);
                alone.Run(_session, _runOptions);
                if (!AreLike(Logits, several.Logits.GetTensorDataAsSpan<float>().Slice(i * classes, classes)))
                {
                    several.Dispose();
                    return null;
                }
            }
            return several;
        }
        catch (OnnxRuntimeException)
        {
            several?.Dispose();
            return null;
        }
    }

    /// <summary>Whether two results are the same but for the order in which they were summed.</summary>
    internal static bool AreLike(ReadOnlySpan<float> alone, ReadOnlySpan<float> among)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(alone));
        for (var i = 0; i < alone.Length; i++)
            if (!(MathF.Abs(alone[i] - among[i]) <= Tolerance * largest))
                return false;
        return true;
    }

    private Batched Allocate(int pictures)
    {
        long[] shape = [pictures, .. _pictureShape[1..]];
        var input = Classifier.Allocate(shape);
        input.GetTensorMutableDataAsSpan<float>().Clear();
        var half = _isHalf ? OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float16, shape) : null;
        using var scores = _session.Run(_runOptions, new Dictionary<string, OrtValue> { [_model.Input] = half ?? input }, [_model.Logits]);
        var logits = Classifier.Allocate(scores[0].GetTensorTypeAndShape().Shape);
        var binding = _session.CreateIoBinding();
        var inputs = new BoundInputs(binding, _device);
        inputs.Bind(_model.Input, half ?? input);
        binding.BindOutput(_model.Logits, logits);
        return new Batched(pictures, input, half, logits, binding, inputs);
    }

    private LiveCamException Refuse(string what, OnnxRuntimeException e) => Classifier.Refuse(what, _name, e);

    /// <summary>Input and output for a number of pictures, bound.</summary>
    private sealed record Batched(int Pictures, OrtValue Input, OrtValue? Half, OrtValue Logits, OrtIoBinding Binding, BoundInputs Inputs) : IDisposable
    {
        public void Run(InferenceSession session, RunOptions options)
        {
            if (Half is not null)
                TensorPrimitives.ConvertToHalf(Input.GetTensorDataAsSpan<float>(), MemoryMarshal.Cast<Float16, Half>(Half.GetTensorMutableDataAsSpan<Float16>()));
            Inputs.Give();
            session.RunWithBinding(options, Binding);
        }

        public void Dispose()
        {
            Binding.Dispose();
            Logits.Dispose();
            Half?.Dispose();
            Input.Dispose();
        }
    }
}
