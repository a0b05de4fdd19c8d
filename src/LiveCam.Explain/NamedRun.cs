using System.Globalization;
using LiveCam.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Explain;

/// <summary>A model run on the CPU by the names of its inputs and outputs: convenient, not fast. Numbers go in as float and come out as float, whatever
/// type the model has. Owns its session; used by one thread.</summary>
internal sealed class NamedRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _source;

    public NamedRun(byte[] onnx, string source)
    {
        _source = source;
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // One copy of the weights is enough where speed does not matter.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        _session = Guard("Cannot load the model", () => new InferenceSession(onnx, options));
    }

    public void Dispose() => _session.Dispose();

    /// <summary>All float outputs by name.</summary>
    /// <exception cref="LiveCamException">The model cannot be run.</exception>
    public IReadOnlyDictionary<string, float[]> Run(params ReadOnlySpan<(string Name, int[] Shape, float[] Values)> inputs)
    {
        var feeds = new List<NamedOnnxValue>();
        foreach (var (name, shape, values) in inputs)
            feeds.Add(Feed(name, shape, values));
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
