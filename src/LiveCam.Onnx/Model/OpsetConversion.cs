namespace LiveCam.Onnx.Model;

/// <summary>Rewrites a model for a newer opset.</summary>
internal static class OpsetConversion
{
    public static ModelProto Raise(ModelProto model, int opset) =>
        throw new InvalidGraphException($"it is written for opset {Graph.OpsetOf(model)}; opset {opset} or newer is needed");
}
