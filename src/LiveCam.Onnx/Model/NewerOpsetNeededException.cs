namespace LiveCam.Onnx.Model;

/// <summary>The gradient needs an operator that the model's opset does not have; the preparation then raises the model.</summary>
internal sealed class NewerOpsetNeededException(int opset, string what) : Exception($"{what} needs opset {opset}")
{
    public int Opset => opset;

    public string What => what;
}
