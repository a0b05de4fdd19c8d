using LiveCam.Onnx.Model;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Onnx.Tests;

/// <summary>A model run by ONNX Runtime on the CPU, numbers in and out as double.</summary>
internal sealed class OrtModel : IDisposable
{
    private readonly InferenceSession _session;

    public OrtModel(byte[] onnx)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(onnx, options);
    }

    public IEnumerable<string> Inputs => _session.InputMetadata.Keys;

    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    public void Dispose() => _session.Dispose();

    public IReadOnlyDictionary<string, DenseArray> Run(params (string Name, int[] Dims, double[] Values)[] inputs)
    {
        var feeds = inputs.Select(i => Feed(i.Name, i.Dims, i.Values)).ToArray();
        using var results = _session.Run(feeds);
        return results.ToDictionary(r => r.Name, Read);
    }

    private NamedOnnxValue Feed(string name, int[] dims, double[] values) => TypeOf(name) switch
    {
        var t when t == typeof(long) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(Array.ConvertAll(values, v => (long)v), dims)),
        var t when t == typeof(Float16) => NamedOnnxValue.CreateFromTensor(name,
            new DenseTensor<Float16>(Array.ConvertAll(values, v => (Float16)(float)v), dims)),
        var t when t == typeof(double) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(values, dims)),
        _ => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Array.ConvertAll(values, v => (float)v), dims)),
    };

    private Type TypeOf(string name) =>
        (_session.InputMetadata.GetValueOrDefault(name) ?? _session.OverridableInitializerMetadata[name]).ElementType;

    private static DenseArray Read(DisposableNamedOnnxValue value) => value.Value switch
    {
        Tensor<float> t => new([.. t.Dimensions], [.. t.Select(v => (double)v)]),
        Tensor<Float16> t => new([.. t.Dimensions], [.. t.Select(v => (double)(float)v)]),
        Tensor<double> t => new([.. t.Dimensions], [.. t]),
        Tensor<long> t => new([.. t.Dimensions], [.. t.Select(v => (double)v)]),
        _ => throw new NotSupportedException(value.ElementType.ToString()),
    };
}

