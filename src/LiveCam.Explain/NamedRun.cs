using System.Globalization;
using LiveCam.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>A model run on the CPU by the names of its inputs and outputs: convenient, not fast. Numbers go in as float and come out as float, whatever
/// type the model has. Owns its session; used by one thread.</summary>
internal sealed class NamedRun : IDisposable
{
    /// <summary>Bytes from which on the runtime's copies of the weights are not wanted.</summary>
    private const long LargeFile = 200 << 20;

    private readonly InferenceSession _session;
    private readonly string _source;

    /// <param name="save">Writes the model to a path: the runtime reads it from a file, so that its bytes are not held as well.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <param name="asWritten">Run operator by operator, in none of the runtime's own forms, whose integer arithmetic rounds otherwise.</param>
    /// <exception cref="LiveCamException">It cannot be loaded.</exception>
    public NamedRun(Action<string> save, string source, bool asWritten = false)
    {
        _source = source;
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            GraphOptimizationLevel = asWritten ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        var folder = Directory.CreateTempSubdirectory("livecam-");
        try
        {
            var file = Path.Combine(folder.FullName, "model.onnx");
            save(file);
            if (folder.EnumerateFiles().Sum(part => part.Length) > LargeFile)
            {
                // Memory counts for more than speed: no second copy of the weights, none kept of what layers make.
                options.EnableCpuMemArena = false;
                options.AddSessionConfigEntry("session.disable_prepacking", "1");
            }
            _session = Guard("Cannot load the model", () => new InferenceSession(file, options));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>All float outputs by name.</summary>
    /// <exception cref="LiveCamException">The model cannot be run.</exception>
    public IReadOnlyDictionary<string, float[]> Run(params ReadOnlySpan<(string Name, int[] Shape, float[] Values)> inputs)
    {
        var feeds = new List<NamedOnnxValue>();
        foreach (var (name, shape, values) in inputs)
            feeds.Add(Feed(name, shape, values));
        return Run(feeds);
    }

    /// <summary>The same for one class, as often as the model wants to be told.</summary>
    /// <param name="target">The input that takes class indices.</param>
    public IReadOnlyDictionary<string, float[]> Run(string target, int index, params ReadOnlySpan<(string Name, int[] Shape, float[] Values)> inputs)
    {
        var declared = _session.InputMetadata.GetValueOrDefault(target) ?? _session.OverridableInitializerMetadata[target];
        var count = Math.Max(1, declared.Dimensions is [var fixedCount] ? fixedCount : 1);
        var targets = new DenseTensor<long>(count);
        targets.Fill(index);
        var feeds = new List<NamedOnnxValue> { NamedOnnxValue.CreateFromTensor(target, targets) };
        foreach (var (name, shape, values) in inputs)
            feeds.Add(Feed(name, shape, values));
        return Run(feeds);
    }

    private IReadOnlyDictionary<string, float[]> Run(List<NamedOnnxValue> feeds)
    {
        using var results = Guard("Cannot run the model", () => _session.Run(feeds));
        return results.Select(result => (result.Name, Values: Read(result))).Where(r => r.Values is not null).ToDictionary(r => r.Name, r => r.Values!);
    }

    private NamedOnnxValue Feed(string name, int[] shape, float[] values) => _session.InputMetadata[name].ElementDataType switch
    {
        TensorElementType.Float => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, shape)),
        TensorElementType.Float16 => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<Float16>(Array.ConvertAll(values, v => (Float16)v), shape)),
        TensorElementType.Double => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(Array.ConvertAll(values, v => (double)v), shape)),
        var type => throw new LiveCamException("Cannot feed", _source, $"its input '{name}' takes {type.ToString().ToLower(CultureInfo.InvariantCulture)} numbers",
            "Export the network with a floating-point input", ExitCode.Model),
    };

    private static float[]? Read(DisposableNamedOnnxValue value) => value.Value switch
    {
        Tensor<float> t => [.. t],
        Tensor<double> t => [.. t.Select(v => (float)v)],
        Tensor<Float16> t => [.. t.Select(v => (float)v)],
        _ => null,
    };

    private T Guard<T>(string what, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (OnnxRuntimeException e)
        {
            throw new LiveCamException(what, _source, e.Message.Split('\n')[0].Trim().TrimEnd('.'), "Check that the original model runs in ONNX Runtime", ExitCode.Model, e);
        }
    }
}
