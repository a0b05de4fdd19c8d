using System.Globalization;
using LiveCam.Video;
using ScottPlot;
using ScottPlot.Plottables;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>A drawing of a report.</summary>
/// <param name="Words">What it shows, and its numbers, for those who cannot see it.</param>
/// <param name="Key">What the colours stand for: CSS colour and text; empty where the drawing says it itself.</param>
/// <param name="Png">The picture, twice as fine as <see cref="Plots.Width"/> says.</param>
internal sealed record DrawnPlot(string Words, IReadOnlyList<(string Colour, string Text)> Key, byte[] Png);

/// <summary>The two kinds of drawing of a report. Colours are Okabe and Ito's, which the colour-blind tell apart.</summary>
internal static class Plots
{
    /// <summary>Of a drawing on the page, in CSS pixels.</summary>
    public const int Width = 520, Height = 300;

    private const int Fineness = 2;
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
    private static readonly string? Typeface = Register();

    /// <summary>A bar a method, with its interval, in per cent.</summary>
    public static DrawnPlot Bars(string title, IReadOnlyList<(string Name, MeanInterval Value)> bars)
    {
        using var plot = Begin(title);
        foreach (var (at, (_, value)) in bars.Index())
        {
            plot.Add.Bar(new Bar { Position = at, Value = value.Mean * 100, Size = 0.6, FillColor = ColourOf(at), LineWidth = 0 });
            plot.Add.Plottable(new ErrorBar([at], [value.Mean * 100], null, null, yErrorsPositive: [(value.High - value.Mean) * 100], yErrorsNegative: [(value.Mean - value.Low) * 100])
            {
                Color = Ink,
                LineWidth = 1.5f,
            });
        }
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(bar => bar.Name)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.SetLimits(-0.6, bars.Count - 0.4, 0, Math.Max(1, bars.Max(bar => bar.Value.High) * 105));
        return End(plot, title, [.. bars.Select(bar => (bar.Name, Format($"{bar.Value.Mean * 100:F1}")))], hasKey: false);
    }

    /// <summary>A line a method, over the shares 0..1 of pixels; the key gives its area.</summary>
    public static DrawnPlot Curves(string title, string across, IReadOnlyList<(string Name, double[] Values, double Area)> curves)
    {
        using var plot = Begin(title);
        foreach (var (at, (_, values, _)) in curves.Index())
        {
            var line = plot.Add.Scatter([.. Enumerable.Range(0, values.Length).Select(i => i / (values.Length - 1.0))], values, ColourOf(at));
            (line.LineWidth, line.MarkerSize) = (2, 4);
        }
        plot.XLabel(across, size: 12);
        plot.Axes.SetLimits(0, 1.005, 0, Math.Max(0.01, curves.Max(curve => curve.Values.Max()) * 1.05));
        return End(plot, title, [.. curves.Select(curve => (curve.Name, Format($"{curve.Area:F3}")))], hasKey: true);
    }

    private static Color Ink => Color.FromHex("#16181d");

    private static Color ColourOf(int method) => Color.FromHex(Colours[method % Colours.Length]);

    private static string? Register()
    {
        if (SheetFont.File is not { } file)
            return null;
        const string Name = "LiveCam";
        Fonts.AddFontFile(Name, file);
        return Name;
    }

    private static Plot Begin(string title)
    {
        var plot = new Plot();
        plot.Title(title, size: 14);
        plot.Axes.Color(Ink);
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.1);
        return plot;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static DrawnPlot End(Plot plot, string title, IReadOnlyList<(string Name, string Value)> numbers, bool hasKey)
    {
        if (Typeface is not null)
            plot.Font.Set(Typeface);
        plot.Axes.Title.Label.Bold = plot.Axes.Bottom.Label.Bold = false;
        plot.ScaleFactor = Fineness;
        var words = numbers.Select(number => $"{number.Name} {number.Value}").ToList();
        return new DrawnPlot($"{title}: {string.Join(", ", words)}", hasKey ? [.. words.Select((text, i) => (Colours[i % Colours.Length], text))] : [],
            plot.GetImageBytes(Width * Fineness, Height * Fineness, ImageFormat.Png));
    }
}
