using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>A value of the network that is a picture of features, and how it is seen as [B,K,H,W]; that of a video as [B,K,T'H',W'], its T' steps in time below each other.</summary>
/// <param name="Value">Channels first [B,K,H,W] or [B,K,T,H,W], channels last [B,H,W,K], or tokens [B,T,K] or [T,B,K].</param>
/// <param name="Order">Its axes in the order batch, channels, positions.</param>
/// <param name="Height">H for the prepared size; of a video, T'H'.</param>
/// <param name="Width">W for the prepared size.</param>
/// <param name="Skip">Tokens in front that are no positions (a class token).</param>
internal sealed record FeatureMap(Value Value, int[] Order, int Height, int Width, int Skip = 0)
{
    private static readonly int[] First = [0, 1, 2, 3], InTime = [0, 1, 2, 3, 4], Last = [0, 3, 1, 2];

    public string Name => Value.Name;

    public int Channels => (int)Value.Known[Order[1]];

    public bool IsChannelsFirst => Order.SequenceEqual(First) || Order.SequenceEqual(InTime);

    /// <summary>T', the steps in time that lie below each other; 1 in a network of single pictures.</summary>
    public int Times => Order.Length == InTime.Length ? (int)Value.Known[2] : 1;

    public static FeatureMap ChannelsFirst(Value value) => value.Known is { Rank: 5 } video
        ? new(value, InTime, (int)(video[2] * video[3]), (int)video[4])
        : new(value, First, (int)value.Known[2], (int)value.Known[3]);

    public static FeatureMap ChannelsLast(Value value) => new(value, Last, (int)value.Known[1], (int)value.Known[2]);

    /// <summary>Tokens over the grid of a map, or null when the value is none.</summary>
    public static FeatureMap? Tokens(Value value, FeatureMap grid)
    {
        if (value.Shape is not { Rank: 3 } shape || shape[2] != grid.Channels)
            return null;
        var time = shape[0] == 1 ? 1 : 0;
        var skip = shape[time] - grid.Height * grid.Width;
        return shape[1 - time] == 1 && skip is >= 0 and <= 2 ? new(value, [1 - time, 2, time], grid.Height, grid.Width, (int)skip) : null;
    }

    /// <summary>The activations, [B,K,H,W].</summary>
    public Value View(Value value) => View(value, 0);

    /// <summary>The gradient [N,...] of the value, as [N*B,K,H,W].</summary>
    public Value ViewGradient(Value gradient) => View(gradient, 1);

    private Value View(Value value, int leading)
    {
        if (Order.Length == InTime.Length)
            return Stacked(value);
        if (IsChannelsFirst)
            return leading == 0 ? value : value.JoinBatch(Value);
        var isGrid = Order.Length == 4;
        // Tokens are laid out on the prepared picture's grid.
        var tokens = isGrid ? 0 : Value.Size(Order[2]);
        if (Skip > 0)
            value = value.Slice(Order[2] + leading, Skip, tokens);
        long[] order = [.. Enumerable.Range(0, leading).Select(i => (long)i), .. Order.Select(axis => (long)axis + leading)];
        if (!order.SequenceEqual(order.Order()))
            value = value.Transpose(order);
        if (!isGrid)
            value = value.Reshape(new Shape(Shape.Any, Channels, Height, Width));
        else if (leading > 0)
            value = value.JoinAxes(0, 2, Value.OpenAxes.Count > 0);
        value.OpenAxes = Enumerable.Range(0, Order.Length).Where(axis => Value.OpenAxes.Contains(Order[axis])).ToHashSet();
        return value;
    }

    /// <summary>[...,K,T,H,W] as [all,K,TH,W].</summary>
    private Value Stacked(Value value)
    {
        if (Value.OpenAxes.Any(axis => axis > 0))
            throw new OpenSizeException(Value);
        value = value.Reshape(new Shape(Shape.Any, Channels, Height, Width));
        value.OpenAxes = Value.OpenAxes;
        return value;
    }

    /// <summary>From [1,K,H,W] back to the value's own order; a class token gets 0.</summary>
    public Value Unview(Value map)
    {
        if (Order.Length == InTime.Length)
            return map.Reshape(Value.Sizes);
        if (IsChannelsFirst)
            return map;
        var shape = Value.Known;
        var ordered = map.Reshape(new Shape([.. Order.Select((axis, i) => i == 2 && Skip > 0 ? shape[axis] - Skip : shape[axis])]));
        var inverse = Enumerable.Range(0, Order.Length).Select(axis => (long)Array.IndexOf(Order, axis)).ToArray();
        var value = ordered.Transpose(inverse);
        if (Skip == 0)
            return value;
        var pads = new long[2 * Order.Length];
        pads[Order[2]] = Skip;
        return value.Pad(pads, 0);
    }
}
