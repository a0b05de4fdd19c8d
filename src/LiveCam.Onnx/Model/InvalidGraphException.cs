namespace LiveCam.Onnx.Model;

/// <summary>The file contradicts itself or the ONNX specification; the message is the "why" of the error the user sees.</summary>
internal sealed class InvalidGraphException(string why, Exception? inner = null) : Exception(why, inner)
{
    private const int MostShown = 4;

    /// <summary>An error with the node it was met at, and the reason or the shapes the node was given.</summary>
    /// <param name="error">Caused by the file (<see cref="IsCausedBy"/>).</param>
    public static InvalidGraphException At(Node node, Exception error) => error switch
    {
        InvalidGraphException named when named.Message.StartsWith("node '", StringComparison.Ordinal) => named,
        InvalidGraphException => new($"node '{node.Name}' ({node.Op}): {error.Message}", error),
        UnfitException => new($"node '{node.Name}' ({node.Op}) does not fit its inputs: {error.Message}", error),
        _ => new($"node '{node.Name}' ({node.Op}) does not fit its inputs{Shapes(node)}", error),
    };

    /// <summary>Asks something about a node; the error that it may end in names the node.</summary>
    public static T At<T>(Node node, Func<Node, T> ask)
    {
        try
        {
            return ask(node);
        }
        catch (Exception error) when (IsCausedBy(error))
        {
            throw At(node, error);
        }
    }

    private static string Shapes(Node node)
    {
        var shapes = node.Inputs.Take(MostShown).Select(v => v?.Shape?.ToString() ?? "?");
        return $" {string.Join(", ", node.Inputs.Count > MostShown ? shapes.Append("...") : shapes)}".TrimEnd();
    }

    /// <summary>What malformed attributes, ranks and sizes make ordinary arithmetic throw.</summary>
    public static bool IsCausedBy(Exception error) => error is InvalidGraphException or UnfitException
        or ArgumentException or IndexOutOfRangeException or OverflowException
        or ArithmeticException or InvalidOperationException
        or InvalidCastException or KeyNotFoundException or FormatException or NullReferenceException;
}
