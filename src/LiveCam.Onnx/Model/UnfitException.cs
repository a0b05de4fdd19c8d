namespace LiveCam.Onnx.Model;

/// <summary>Sizes, axes or attributes that do not go together; the message says which. Whoever knows the node names it
/// (<see cref="InvalidGraphException.At"/>).</summary>
internal sealed class UnfitException(string why) : Exception(why);
