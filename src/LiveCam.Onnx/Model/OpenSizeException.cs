namespace LiveCam.Onnx.Model;

/// <summary>The gradient needs a size that the model leaves open; the preparation then fixes the picture's size.</summary>
internal sealed class OpenSizeException(Value value) : Exception($"the size of '{value.Name}' must be known")
{
    public Value Value => value;
}
