using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>The sizes of an image input that the file leaves open.</summary>
internal static class ImageInput
{
    private const int Colours = 3;

    /// <summary>One picture; three colours, behind height and width when the last size is 3 (NHWC); the given height and width.</summary>
    public static Shape Resolve(long[] sizes, (int Height, int Width) imageSize)
    {
        if (sizes.Length != 4)
            return new Shape([.. sizes.Select((size, axis) => size > 0 ? size : axis == 0 ? 1 : Shape.Any)]);
        var defaults = IsChannelsLast(sizes)
            ? new long[] { 1, imageSize.Height, imageSize.Width, Colours }
            : [1, Colours, imageSize.Height, imageSize.Width];
        return new Shape([.. sizes.Zip(defaults, (size, otherwise) => size > 0 ? size : otherwise)]).With(0, 1);
    }

    /// <summary>Height and width that the file fixes for its one input of rank 4; null where it leaves one open, or has no such input.</summary>
    public static (int? Height, int? Width) FixedSize(ModelProto model)
    {
        var weights = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var pictures = model.Graph.Input.Where(input => !weights.Contains(input.Name) && input.Type?.TensorType?.Shape?.Dim.Count == 4).ToArray();
        if (pictures is not [var picture])
            return (null, null);
        long[] sizes = [.. picture.Type.TensorType.Shape.Dim.Select(d => d.DimValue > 0 ? d.DimValue : Shape.Any)];
        var height = IsChannelsLast(sizes) ? 1 : 2;
        return (Fixed(sizes[height]), Fixed(sizes[height + 1]));

        static int? Fixed(long size) => size is > 0 and <= int.MaxValue ? (int)size : null;
    }

    /// <summary>NHWC: few channels at the end and not at the front.</summary>
    public static bool IsChannelsLast(IReadOnlyList<long> sizes) => sizes.Count == 4 && sizes[3] is 1 or Colours or 4
        && sizes[1] is not (1 or Colours or 4);
}
