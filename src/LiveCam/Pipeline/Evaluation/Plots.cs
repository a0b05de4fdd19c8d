using System.Globalization;
using System.Net;
using System.Text;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>Two kinds of drawing as SVG, for a report that needs no other file. Colours are Okabe and Ito's, which the colour-blind tell apart.</summary>
internal static class Plots
{
    private const int Width = 520, Height = 260, Left = 46, Bottom = 40, Top = 34;
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>A bar a method, with its interval.</summary>
    public static string Bars(string title, IReadOnlyList<(string Name, MeanInterval Value)> bars, double scale)
    {
        var most = Math.Max(1e-9, bars.Max(bar => bar.Value.High)) * 1.05;
        var svg = Begin(title, most * scale);
        var room = (double)(Width - Left - 10) / bars.Count;
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, value) = bars[i];
            var (x, y) = (Left + room * (i + 0.2), Y(value.Mean / most));
            svg.Append(CultureInfo.InvariantCulture, $"<rect x='{x:F1}' y='{y:F1}' width='{room * 0.6:F1}' height='{Math.Max(0, Y(0) - y):F1}' fill='{Colours[i % Colours.Length]}'/>");
            svg.Append(CultureInfo.InvariantCulture, $"<path d='M{x + room * 0.3:F1} {Y(value.Low / most):F1}V{Y(value.High / most):F1}' stroke='#16181d' stroke-width='2'/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x='{x + room * 0.3:F1}' y='{Height - 18}' text-anchor='middle'>{WebUtility.HtmlEncode(name)}</text>");
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>A line a method, over 0..1.</summary>
    public static string Curves(string title, IReadOnlyList<(string Name, double[] Values)> curves)
    {
        var most = Math.Max(1e-9, curves.Max(curve => curve.Values.Max())) * 1.05;
        var svg = Begin(title, most);
        for (var i = 0; i < curves.Count; i++)
        {
            var values = curves[i].Values;
            var points = string.Join(' ', values.Select((value, at) => string.Create(CultureInfo.InvariantCulture, $"{Left + (Width - Left - 130.0) * at / (values.Length - 1):F1},{Y(value / most):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points='{points}' fill='none' stroke='{Colours[i % Colours.Length]}' stroke-width='2.5'/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x='{Width - 122}' y='{Top + 16 + 18 * i}' fill='{Colours[i % Colours.Length]}'>{WebUtility.HtmlEncode(curves[i].Name)}</text>");
        }
        return svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left}' y='{Height - 18}'>0</text><text x='{Width - 130}' y='{Height - 18}' text-anchor='end'>1</text></svg>").ToString();
    }

    private static double Y(double share) => Height - Bottom - share * (Height - Bottom - Top);

    private static StringBuilder Begin(string title, double most) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<svg viewBox='0 0 {Width} {Height}' width='{Width}' height='{Height}' font-family='system-ui,sans-serif' font-size='12' role='img' aria-label='{WebUtility.HtmlEncode(title)}'>")
        .Append(CultureInfo.InvariantCulture, $"<text x='{Left}' y='18' font-size='14' font-weight='bold'>{WebUtility.HtmlEncode(title)}</text><path d='M{Left} {Top}V{Height - Bottom}H{Width - 10}' stroke='#888' fill='none'/>")
        .Append(CultureInfo.InvariantCulture, $"<text x='{Left - 6}' y='{Top + 6}' text-anchor='end'>{most:G3}</text><text x='{Left - 6}' y='{Height - Bottom}' text-anchor='end'>0</text>");
}
