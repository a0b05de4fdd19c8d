namespace LiveCam.Onnx.Model;

/// <summary>The file contradicts itself or the ONNX specification; the message is the "why" of the error the user sees.</summary>
internal sealed class InvalidGraphException(string why, Exception? inner = null) : Exception(why, inner)
{
    private const int MostShown = 4;

    /// <summary>The same error, with the node it was met at.</summary>
    public InvalidGraphException At(Node node) => Message.StartsWith("node '", StringComparison.Ordinal)
        ? this
        : new InvalidGraphException($"node '{node.Name}' ({node.Op}): {Message}", this);

    /// <summary>What a node's inputs and attributes made its rule throw, with the node, and the reason or the shapes it was given.</summary>
    public static InvalidGraphException Unfit(Node node, Exception cause) => new($"node '{node.Name}' ({node.Op}) does not fit its inputs"
        + (cause is UnfitException ? $": {cause.Message}" : Shapes(node)), cause);

    private static string Shapes(Node node)
    {
        var shapes = node.Inputs.Take(MostShown).Select(v => v?.Shape?.ToString() ?? "?");
        return $" {string.Join(", ", node.Inputs.Count > MostShown ? shapes.Append("...") : shapes)}".TrimEnd();
    }

    /// <summary>What malformed attributes, ranks and sizes make ordinary arithmetic throw.</summary>
    public static bool IsCausedBy(Exception error) => error is UnfitException or ArgumentException or IndexOutOfRangeException or OverflowException
        or ArithmeticException or InvalidOperationException
        or InvalidCastException or KeyNotFoundException or FormatException or NullReferenceException;
}
