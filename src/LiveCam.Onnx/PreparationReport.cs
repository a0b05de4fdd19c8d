namespace LiveCam.Onnx;

/// <summary>What a preparation did to a model.</summary>
/// <param name="NodesBefore">Number of nodes of the original.</param>
/// <param name="NodesAdded">Number of nodes appended.</param>
/// <param name="Opset">The result's opset.</param>
/// <param name="RaisedFrom">The original's opset, when it had to be raised; otherwise null.</param>
/// <param name="RaisedFor">The operator for which it was raised; null when it was not.</param>
/// <param name="FixedSizes">Sizes of the image input that the original left open and the result fixes: "height 224"; empty when none.</param>
/// <param name="FixedFor">The value whose size the gradient had to know; null when the network itself takes no other size, or none was fixed.</param>
public sealed record PreparationReport(
    int NodesBefore, int NodesAdded, int Opset, int? RaisedFrom, string? RaisedFor, IReadOnlyList<string> FixedSizes, string? FixedFor);
