namespace LiveCam.Onnx.Tests;

/// <summary>A dense array as it came out of a run or a file, row-major.</summary>
internal sealed record DenseArray(int[] Dims, double[] Values)
{
    /// <summary>The n-th entry of the leading axis.</summary>
    public double[] this[int n] => Values[(n * (Values.Length / Dims[0]))..((n + 1) * (Values.Length / Dims[0]))];
}
