using System.Globalization;
using System.Net;
using System.Text;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>What a report is about, said at its head.</summary>
internal sealed record EvaluationSubject(string Network, string Sha256, string Layer, string Source, string Class, string Mask, IReadOnlyDictionary<string, string> MadeWith);

/// <summary><c>report.html</c>: one file that needs nothing else: tables, with drawings and pictures inside it.</summary>
internal static class EvaluationReport
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem;color:#16181d;background:#fff}
        table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}td,th{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #d9dce1}td{white-space:nowrap;font-size:14px}td:first-child,th:first-child{text-align:left}
        small{color:#555b66}figure{display:inline-block;margin:.4rem;vertical-align:top;max-width:260px}figcaption{font-size:12px;color:#3c414b}figure.plot{max-width:520px}.plot img{max-width:100%;height:auto}figcaption span{white-space:nowrap;margin-right:.8rem}p,code{overflow-wrap:anywhere}
        """;

    /// <summary>Below it the network does not see the class.</summary>
    private const double LeastConfidence = 0.05;

    /// <param name="subject">What was evaluated.</param>
    /// <param name="summary">What came out.</param>
    /// <param name="pictures">Best and worst pictures: title, and of each picture, by each method, words and JPEG.</param>
    /// <param name="withPaper">Whether the published figures stand beside.</param>
    public static string Compose(EvaluationSubject subject, EvaluationSummary summary, IReadOnlyList<(string Title, IReadOnlyList<IReadOnlyList<(string Words, byte[] Jpeg)>> Pictures)> pictures, bool withPaper)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Faithfulness of {Text(subject.Network)}</title><style>{Style}</style>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>How faithful the maps of {Text(subject.Network)} are</h1><p>{summary.Methods[0].Pictures} pictures of <code>{Text(subject.Source)}</code>, class {Text(subject.Class)}, target layer <code>{Text(subject.Layer)}</code>; what a map removes is {Text(subject.Mask)}. ");
        html.Append("In brackets the interval of 95 % of 1000 bootstrap resamples. Lower is better for drop and deletion, higher for the others. No method is said to be better than another: the numbers stand for these pictures and this network.</p>");
        html.Append("<p><small>Average drop: confidence that is lost when only what a map shows is left of the picture. Increase: share of pictures whose confidence rises by that. ADCC: harmonic mean of coherency, lack of complexity and lack of drop. ");
        html.Append("Insertion, deletion: area under the confidence while the hottest pixels are put in, or taken away. Area against confidence: the same for the quotient of the confidences, which is large where the whole picture has next to none.</small></p>");
        var doubtful = summary.Methods[0].InsertionCurve[^1];
        if (doubtful < LeastConfidence)
            html.Append(CultureInfo.InvariantCulture, $"<p><strong>The network gives the class {doubtful * 100:G2} % on average: of what it does not see, maps and measures say little.</strong></p>");
        Table(html, ["method", "average drop", "increase", "ADCC", "insertion", "deletion", "area against confidence"], summary.Methods.Select(method => new[]
        {
            method.Method, Percent(method.Drop), Percent(method.Increase), Share(method.Adcc), Share(method.Insertion), Share(method.Deletion), Share(method.AreaAgainstConfidence),
        }));
        Draw(html, Plots.Bars("Average drop, per cent", [.. summary.Methods.Select(method => (method.Method, method.Drop))]));
        Draw(html, Plots.Curves("Insertion: confidence", "share of pixels put in, hottest first", [.. summary.Methods.Select(method => (method.Method, method.InsertionCurve, method.Insertion.Mean))]));
        Draw(html, Plots.Curves("Deletion: confidence", "share of pixels taken away, hottest first", [.. summary.Methods.Select(method => (method.Method, method.DeletionCurve, method.Deletion.Mean))]));
        Wins(html, summary);
        Locations(html, summary);
        if (withPaper)
            Paper(html, summary);
        foreach (var (title, shown) in pictures.Where(group => group.Pictures.Count > 0))
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2>");
            foreach (var picture in shown)
            {
                html.Append("<div>");
                foreach (var (words, jpeg) in picture)
                    html.Append(CultureInfo.InvariantCulture, $"<figure><img alt='{Text(words)}' src='data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}'><figcaption>{Text(words)}</figcaption></figure>");
                html.Append("</div>");
            }
        }
        html.Append(CultureInfo.InvariantCulture, $"<p><small>Network {Text(subject.Sha256)}; {Text(string.Join(", ", subject.MadeWith.Select(part => $"{part.Key} {part.Value}")))}</small></p></html>");
        return html.ToString();
    }

    private static void Draw(StringBuilder html, DrawnPlot plot)
    {
        html.Append(CultureInfo.InvariantCulture, $"<figure class=plot><img width={Plots.Width} height={Plots.Height} alt='{Text(plot.Words)}' src='data:image/png;base64,{Convert.ToBase64String(plot.Png)}'><figcaption>");
        foreach (var (colour, text) in plot.Key)
            html.Append(CultureInfo.InvariantCulture, $"<span><b style='color:{colour}'>&#9632;</b> {Text(text)}</span> ");
        html.Append("</figcaption></figure>");
    }

    private static void Wins(StringBuilder html, EvaluationSummary summary)
    {
        if (summary.Wins.Count == 0)
            return;
        html.Append("<h2>Win</h2><p>Share of pictures on which the method of the row drops less than that of the column; ties apart, in brackets.</p>");
        Table(html, ["", .. summary.Methods.Select(method => method.Method)], summary.Methods.Select(row => (string[])
            [row.Method, .. summary.Methods.Select(column => summary.Wins.FirstOrDefault(win => win.Method == row.Method && win.Over == column.Method) is { } win ? Format($"{win.Win * 100:F1} % ({win.Tie * 100:F1})") : "–")]));
    }

    private static void Locations(StringBuilder html, EvaluationSummary summary)
    {
        if (summary.Methods.All(method => method.Location is null))
            return;
        html.Append("<h2>Where the heat lies</h2><p>Over the pictures of which boxes or masks of the explained class are given; their number stands in the table. Loc(δ) is that of the Grad-CAM++ paper.</p>");
        Table(html, ["method", "pictures", "Loc(0)", "Loc(0.25)", "Loc(0.5)", "pointing game", "energy inside"], summary.Methods.Where(method => method.Location is not null).Select(method => (string[])
            [method.Method, Format($"{method.Location!.Pictures}"), .. method.Location.Loc.Select(Share), Percent(method.Location.Points), Percent(method.Location.Energy)]));
    }

    private static void Paper(StringBuilder html, EvaluationSummary summary)
    {
        html.Append("<h2>Beside the published figures</h2><p>Of the Grad-CAM++ paper (WACV 2018), other networks and other data: they are not the same measurement, and not expected to be equal. Grad-CAM++ / Grad-CAM, per cent.</p>");
        var (plus, grad) = (summary.Methods.FirstOrDefault(method => method.Method == "gradcam++"), summary.Methods.FirstOrDefault(method => method.Method == "gradcam"));
        var rows = PublishedFigures.All.Select(row => new[]
        {
            $"{row.Network}, {row.Data}", Format($"{row.Drop.PlusPlus:F2} / {row.Drop.GradCam:F2}"), Format($"{row.Increase.PlusPlus:F2} / {row.Increase.GradCam:F2}"), Format($"{row.Win.PlusPlus:F2} / {row.Win.GradCam:F2}"),
        }).ToList();
        if (plus is not null && grad is not null)
        {
            double Win(string method, string over) => 100 * summary.Wins.First(win => win.Method == method && win.Over == over).Win;
            rows.Add(["this evaluation", Format($"{plus.Drop.Mean * 100:F2} / {grad.Drop.Mean * 100:F2}"), Format($"{plus.Increase.Mean * 100:F2} / {grad.Increase.Mean * 100:F2}"),
                Format($"{Win("gradcam++", "gradcam"):F2} / {Win("gradcam", "gradcam++"):F2}")]);
        }
        Table(html, ["network and data", "average drop", "increase", "win"], rows);
    }

    private static void Table(StringBuilder html, string[] head, IEnumerable<string[]> rows)
    {
        html.Append("<table><tr>").AppendJoin("", head.Select(cell => $"<th>{Text(cell)}</th>")).Append("</tr>");
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>");
        html.Append("</table>");
    }

    private static string Percent(MeanInterval value) => Format($"{value.Mean * 100:F1} % [{value.Low * 100:F1}, {value.High * 100:F1}]");

    private static string Share(MeanInterval value) => Format($"{value.Mean:F3} [{value.Low:F3}, {value.High:F3}]");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
