namespace LiveCam.Onnx.Model;

/// <summary>The file contradicts itself or the ONNX specification; the message is the "why" of the error the user sees.</summary>
internal sealed class InvalidGraphException(string why, Exception? inner = null) : Exception(why, inner)
{
    /// <summary>The same error, with the node it was met at.</summary>
    public InvalidGraphException At(Node node) => Message.StartsWith("node '", StringComparison.Ordinal)
        ? this
        : new InvalidGraphException($"node '{node.Name}' ({node.Op}): {Message}", this);

    /// <summary>What malformed attributes, ranks and sizes make ordinary arithmetic throw.</summary>
    public static bool IsCausedBy(Exception error) => error is ArgumentException or IndexOutOfRangeException or OverflowException
        or ArithmeticException or InvalidOperationException
        or InvalidCastException or KeyNotFoundException or FormatException or NullReferenceException;
}
