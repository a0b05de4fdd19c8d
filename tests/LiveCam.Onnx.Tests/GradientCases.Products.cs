namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static IReadOnlyList<GradientCase> Products =>
    [
    ];
}
