using LiveCam.Onnx.Shapes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiveCam.Onnx.Tests;

/// <summary>Tensors of any element type in and out of ONNX Runtime.</summary>
internal static class OrtNumbers
{
    /// <summary>The same random numbers at every call, 0..1 where they are floats.</summary>
    public static OrtValue Random(TensorElementType type, Shape shape)
    {
        var random = new Random(5);
        var numbers = Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextDouble()).ToArray();
        var dims = shape.ToArray();
        return type switch
        {
            TensorElementType.Float => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, v => (float)v), dims),
            TensorElementType.Double => OrtValue.CreateTensorValueFromMemory(numbers, dims),
            TensorElementType.Int64 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, v => (long)(v * 2)), dims),
            TensorElementType.UInt8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, v => (byte)(v * 200)), dims),
            TensorElementType.Int8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, v => (sbyte)(v * 100)), dims),
            TensorElementType.Bool => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, v => v > 0.5), dims),
            _ => throw new NotSupportedException($"{type}"),
        };
    }

    public static double[] Read(TensorElementType type, OrtValue value) => type switch
    {
        TensorElementType.Float => All<float>(value, v => v),
        TensorElementType.Double => All<double>(value, v => v),
        TensorElementType.Int64 => All<long>(value, v => v),
        TensorElementType.Int32 => All<int>(value, v => v),
        TensorElementType.UInt8 => All<byte>(value, v => v),
        TensorElementType.Int8 => All<sbyte>(value, v => v),
        TensorElementType.Bool => All<bool>(value, v => v ? 1 : 0),
        TensorElementType.Float16 => All<Microsoft.ML.OnnxRuntime.Float16>(value, v => (double)(float)v),
        _ => throw new NotSupportedException($"{type}"),
    };

    private static double[] All<T>(OrtValue value, Func<T, double> convert)
        where T : unmanaged
    {
        var numbers = new List<double>();
        foreach (var number in value.GetTensorDataAsSpan<T>())
            numbers.Add(convert(number));
        return [.. numbers];
    }
}
