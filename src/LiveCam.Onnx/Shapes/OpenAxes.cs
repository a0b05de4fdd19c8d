using System.Collections.Frozen;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Which of the sizes that a model leaves open stay so.</summary>
internal enum Openness
{
    None,
    Batch,
    All,
}

/// <summary>
/// Finds what follows the picture's size in a network that leaves batch, height or width open: all shapes are inferred once more for
/// another picture, and what comes out differently is marked (<see cref="Value.OpenAxes"/>, <see cref="Value.HasOpenNumbers"/>).
/// Sizes that are declared open, but for which another picture does not go through, are fixed in the file.
/// </summary>
internal static class OpenAxes
{
    /// <summary>Larger constants are weights, not the result of shape arithmetic.</summary>
    private const int MostShapeNumbers = 1 << 16;

    private static readonly FrozenSet<int> Batch = FrozenSet.Create(0);

    /// <param name="graph">The network, inferred for its image.</param>
    /// <param name="image">Its image input.</param>
    /// <param name="logits">Its scores, which must keep their number per picture.</param>
    /// <param name="keep">Which sizes may stay open.</param>
    /// <returns>Axes of the image that were declared open and have to be fixed.</returns>
    public static IReadOnlyList<int> Find(Graph graph, Value image, Value logits, Openness keep)
    {
        var declared = graph.Declared(image).Sizes;
        var open = Enumerable.Range(0, declared.Length).Where(axis => declared[axis] is null).ToFrozenSet();
        FrozenSet<int>[] attempts = [open, open.Except(Batch).ToFrozenSet(), open.Intersect(Batch).ToFrozenSet()];
        var allowed = keep switch { Openness.All => attempts, Openness.Batch => attempts[2..], _ => [] };
        var found = allowed.FirstOrDefault(axes => axes.Count > 0 && TryMark(graph, image, logits, axes)) ?? [];
        return [.. open.Except(found).Order()];
    }

    /// <summary>Marks what differs when the image has another shape.</summary>
    /// <exception cref="InvalidGraphException">The network does not take it.</exception>
    public static void Mark(Graph graph, Value image, Shape other)
    {
        var before = graph.Values.Select(v => (Value: v, v.Shape, v.Tensor)).ToArray();
        var after = At(graph, image, other, () => graph.Values.ToDictionary(v => v, v => (v.Shape, v.Tensor)));
        foreach (var (value, shape, tensor) in before)
        {
            value.OpenAxes = Differing(shape, after[value].Shape);
            value.HasOpenNumbers = tensor is { Count: <= MostShapeNumbers } numbers && !ReferenceEquals(numbers, after[value].Tensor)
                && !(after[value].Tensor is { } others && numbers.Values.SequenceEqual(others.Values));
        }
    }

    /// <summary>The shape a value has when the image has another one.</summary>
    public static Shape ShapeAt(Graph graph, Value image, Value value, Shape other) => At(graph, image, other, () => value.Known);

    private static T At<T>(Graph graph, Value image, Shape other, Func<T> look)
    {
        var usual = image.Known;
        try
        {
            graph.Infer(image, other);
            return look();
        }
        finally
        {
            graph.Infer(image, usual);
        }
    }

    private static bool TryMark(Graph graph, Value image, Value logits, FrozenSet<int> axes)
    {
        // Multiples keep what strides and windows divide; different ones tell height from width.
        var other = new Shape([.. image.Known.Dims.Select((size, axis) => axes.Contains(axis) ? size * (axis + 2) : size)]);
        var classes = logits.Known.Count;
        try
        {
            if (ShapeAt(graph, image, logits, other) is not { IsKnown: true } scores || scores.Count != classes * other[0])
                return false;
            Mark(graph, image, other);
            return true;
        }
        catch (InvalidGraphException)
        {
            return false;
        }
    }

    private static FrozenSet<int> Differing(Shape? a, Shape? b) =>
        Enumerable.Range(0, a?.Rank ?? 0).Where(axis => b is null || b.Rank != a!.Rank || a[axis] != b[axis]).ToFrozenSet();
}
