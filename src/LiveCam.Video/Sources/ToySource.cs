using LiveCam.Core;
using OpenCvSharp;
using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// <c>pattern:toy</c>, the example of the Grad-CAM++ paper (section 3.2): three patterns of 15, 4 and 2 cells, a colour each, on a grid of 8x10. They move
/// by whole cells, to and fro. The network <c>toy</c> has one feature map for each.
/// </summary>
public sealed class ToySource : SyntheticSource
{
    public const int Rows = 8, Columns = 10;

    /// <summary>Name of the network that is made for it.</summary>
    public const string Model = "toy";

    private const string Address = "pattern:toy";
    private const double SecondsPerStep = 2;

    private static readonly SKColor Ground = new(0xFF202020), Cell = new(0xFF2A2A2A);

    /// <summary>Told apart by colour-blind people (Okabe and Ito): orange, blue, bluish green.</summary>
    private static readonly SKColor[] Colours = [new(0xFFE69F00), new(0xFF0072B2), new(0xFF009E73)];

    /// <summary>Row by row, a digit a pattern, at the leftmost place.</summary>
    private static readonly string[] Cells =
    [
        ".......",
        "111..22",
        "1111.22",
        "1111...",
        "111....",
        "1....33",
        ".......",
        ".......",
    ];

    private readonly Mat _pixels;
    private readonly SKSurface _surface;
    private readonly FrameMats _mats = new();

    private ToySource(string name, PatternRequest request, CancellationToken cancellation)
        : base(name, request, cancellation)
    {
        OpenCvSettings.Apply();
        _pixels = new Mat(request.Size.Height, request.Size.Width, MatType.CV_8UC4);
        _surface = SKSurface.Create(new SKImageInfo(request.Size.Width, request.Size.Height, SKColorType.Bgra8888, SKAlphaType.Premul), _pixels.Data, (int)_pixels.Step());
    }

    public static bool Recognises(string source) => source.Equals(Address, StringComparison.OrdinalIgnoreCase)
        || source.StartsWith(Address + "?", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens the address; its options are those of <see cref="PatternRequest"/>.</summary>
    public static ToySource Open(string source, SourceOptions options) =>
        new(source, PatternRequest.Parse("pattern:" + source[Address.Length..], options), options.Cancellation);

    /// <summary>The pattern that a cell of frame <paramref name="sequence"/> belongs to, 0 to 2, or -1.</summary>
    public int PatternAt(long sequence, int row, int column)
    {
        var at = column - Offset(sequence);
        return at >= 0 && at < Cells[row].Length && Cells[row][at] != '.' ? Cells[row][at] - '1' : -1;
    }

    protected override void Draw(long sequence, Frame frame)
    {
        var canvas = _surface.Canvas;
        canvas.Clear(Ground);
        var (width, height) = ((float)frame.Width / Columns, (float)frame.Height / Rows);
        var gap = 0.04f * Math.Min(width, height);
        using var paint = new SKPaint { IsAntialias = true };
        for (var row = 0; row < Rows; row++)
            for (var column = 0; column < Columns; column++)
            {
                var pattern = PatternAt(sequence, row, column);
                paint.Color = pattern < 0 ? Cell : Colours[pattern];
                canvas.DrawRoundRect(column * width + gap, row * height + gap, width - 2 * gap, height - 2 * gap, 3 * gap, 3 * gap, paint);
            }
        _surface.Flush();
        Cv2.CvtColor(_pixels, _mats.Over(frame), ColorConversionCodes.BGRA2BGR);
    }

    protected override void Dispose(bool disposing)
    {
        _mats.Dispose();
        _surface.Dispose();
        _pixels.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>0, 1, 2, 3, 2, 1, 0, ...</summary>
    private int Offset(long sequence)
    {
        var most = Columns - Cells[0].Length;
        var step = (int)((long)(Seconds(sequence) / SecondsPerStep) % (2 * most));
        return Math.Min(step, 2 * most - step);
    }
}
