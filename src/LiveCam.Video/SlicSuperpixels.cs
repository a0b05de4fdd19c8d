using System.Runtime.InteropServices;
using LiveCam.Core;
using OpenCvSharp;
using OpenCvSharp.XImgProc;

namespace LiveCam.Video;

/// <summary>OpenCV's SLIC in its parameter-free form, SLICO (Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", 2012), in Lab colours.</summary>
public sealed class SlicSuperpixels : Superpixels
{
    private const int Iterations = 10;

    /// <summary>Per cent of the usual size below which a part is joined to a neighbour.</summary>
    private const int SmallestPart = 25;

    public override int Split(ReadOnlySpan<byte> bgr, int width, int height, int wanted, Span<int> labels)
    {
        OpenCvSettings.Apply();
        using var picture = new Mat(height, width, MatType.CV_8UC3);
        bgr.CopyTo(MemoryMarshal.AsBytes(picture.AsSpan<Vec3b>()));
        using var lab = picture.CvtColor(ColorConversionCodes.BGR2Lab);
        var side = (int)Math.Max(2, Math.Round(Math.Sqrt((double)width * height / wanted)));
        using var slic = SuperpixelSLIC.Create(lab, SLICType.SLICO, side);
        slic.Iterate(Iterations);
        slic.EnforceLabelConnectivity(SmallestPart);
        using var parts = new Mat();
        slic.GetLabels(parts);
        parts.AsSpan<int>().CopyTo(labels);
        return Renumber(labels, slic.GetNumberOfSuperpixels());
    }

    /// <summary>Closes gaps between the labels that are in use.</summary>
    private static int Renumber(Span<int> labels, int parts)
    {
        var (numbers, count) = (new int[parts], 0);
        Array.Fill(numbers, -1);
        foreach (ref var label in labels)
        {
            if (numbers[label] < 0)
                numbers[label] = count++;
            label = numbers[label];
        }
        return count;
    }
}
