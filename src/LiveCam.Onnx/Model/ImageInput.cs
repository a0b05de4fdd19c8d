using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>The sizes of an image input that the file leaves open.</summary>
internal static class ImageInput
{
    public const int Colours = 3;

    /// <summary>One picture; three colours, behind height and width when the last size is 3 (NHWC); the given height and width. Of a video
    /// [1,3,T,H,W] the number of frames stays open: nothing tells it.</summary>
    public static Shape Resolve(long[] sizes, (int Height, int Width) imageSize)
    {
        if (sizes.Length is not (4 or 5))
            return new Shape([.. sizes.Select((size, axis) => size > 0 ? size : axis == 0 ? 1 : Shape.Any)]);
        var defaults = sizes.Length == 5 ? new long[] { 1, Colours, Shape.Any, imageSize.Height, imageSize.Width }
            : IsChannelsLast(sizes) ? [1, imageSize.Height, imageSize.Width, Colours]
            : [1, Colours, imageSize.Height, imageSize.Width];
        return new Shape([.. sizes.Zip(defaults, (size, otherwise) => size > 0 ? size : otherwise)]).With(0, 1);
    }

    /// <summary>Height and width that the file fixes for its one input of rank 4, or 5 for a video; null where it leaves one open, or has no such input.</summary>
    public static (int? Height, int? Width) FixedSize(ModelProto model)
    {
        var weights = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var pictures = model.Graph.Input.Where(input => !weights.Contains(input.Name) && input.Type?.TensorType?.Shape?.Dim.Count is 4 or 5).ToArray();
        if (pictures is not [var picture])
            return (null, null);
        long[] sizes = [.. picture.Type.TensorType.Shape.Dim.Select(d => d.DimValue > 0 ? d.DimValue : Shape.Any)];
        var height = HeightAxis(sizes);
        return (Fixed(sizes[height]), Fixed(sizes[height + 1]));

        static int? Fixed(long size) => size is > 0 and <= int.MaxValue ? (int)size : null;
    }

    /// <summary>Which axis is the height; the width follows it.</summary>
    public static int HeightAxis(IReadOnlyList<long> sizes) => IsChannelsLast(sizes) ? 1 : sizes.Count - 2;

    /// <summary>NHWC: few channels at the end and not at the front.</summary>
    public static bool IsChannelsLast(IReadOnlyList<long> sizes) => sizes.Count == 4 && sizes[3] is 1 or Colours or 4
        && sizes[1] is not (1 or Colours or 4);
}
