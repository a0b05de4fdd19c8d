namespace LiveCam.Pipeline.Evaluation;

/// <summary>Figures of tables 1 to 5 of the Grad-CAM++ paper (WACV 2018), per cent: Grad-CAM++, Grad-CAM.</summary>
/// <param name="Network">The network.</param>
/// <param name="Data">What it was measured on.</param>
/// <param name="Drop">Average drop, lower is better.</param>
/// <param name="Increase">Increase in confidence, higher is better.</param>
/// <param name="Win">Share of pictures with the smaller drop.</param>
internal sealed record PublishedFigures(string Network, string Data, (double PlusPlus, double GradCam) Drop, (double PlusPlus, double GradCam) Increase, (double PlusPlus, double GradCam) Win)
{
    public static IReadOnlyList<PublishedFigures> All { get; } =
    [
        new("VGG-16", "ImageNet validation", (36.84, 46.56), (17.05, 13.42), (70.72, 29.28)),
        new("VGG-16", "VOC 2007 validation", (19.53, 28.54), (18.96, 21.43), (61.47, 39.44)),
        new("AlexNet", "ImageNet validation", (62.75, 82.86), (8.24, 3.16), (86.56, 13.44)),
        new("ResNet-50", "ImageNet validation", (28.90, 30.36), (22.16, 22.11), (60.51, 39.49)),
    ];
}
