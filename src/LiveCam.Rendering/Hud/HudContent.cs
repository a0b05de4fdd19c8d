using System.Globalization;
using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>How urgent a line is.</summary>
internal enum HudTone
{
    Plain,
    Recording,
    Warning,
    Error,
}

/// <summary>One class of the answer.</summary>
/// <param name="Label">The class's name, or "dog − cat" for a contrast.</param>
/// <param name="Probability">0..1; null for a contrast, which has none.</param>
/// <param name="Chip">The colour of its map on screen, or null when it has none.</param>
/// <param name="Before">The probability before a part of the picture was painted over, or null.</param>
internal sealed record AnswerRow(string Label, float? Probability, SKColor? Chip, float? Before = null);

/// <summary>One figure of the faithfulness meter.</summary>
/// <param name="Name">What it is: "drop".</param>
/// <param name="Value">Its value: "12.3 %", or "–" before there is one.</param>
/// <param name="Longest">A value that is as wide as any.</param>
internal sealed record MeterCell(string Name, string Value, string Longest);

/// <summary>Everything the HUD says, as text. Made only when something it says has changed.</summary>
internal sealed record HudContent
{
    private const int FormulaRows = 12;

    public List<AnswerRow> Answer { get; } = [];

    /// <summary>How many rows of <see cref="Answer"/>, from the first, have a map on the picture.</summary>
    public int Explained { get; private set; }

    /// <summary>Method, exactness, layer: the small print under the answer.</summary>
    public List<string> Method { get; } = [];

    /// <summary>The colormap in use, or -1 when the view has none.</summary>
    public int Colormap { get; private set; } = -1;

    /// <summary>Whose faithfulness <see cref="Meter"/> says.</summary>
    public string MeterTitle { get; private set; } = "";

    /// <summary>The faithfulness meter, row by row; empty while it is off.</summary>
    public List<MeterCell[]> Meter { get; } = [];

    /// <summary>Names and values for the corner on the right.</summary>
    public List<(string Name, string Value)> Figures { get; } = [];

    /// <summary>Paused, recording.</summary>
    public List<(HudTone Tone, string Text)> Badges { get; } = [];

    /// <summary>What must be read: at the bottom, the most urgent last.</summary>
    public List<(HudTone Tone, string Text)> Lines { get; } = [];

    /// <summary>The method's formula with its numbers, or null while that is off.</summary>
    public FormulaContent? Formula { get; private set; }

    /// <summary>Words on parts of the heated pane.</summary>
    public List<PaneLabel> Labels { get; } = [];

    public static HudContent Of(Stage stage, string view, int colormap)
    {
        var content = new HudContent();
        content.Labels.AddRange(stage.Labels);
        if (stage.Explanation is { } explanation)
            content.AddExplanation(explanation, view, colormap);
        if (stage.Explanation?.Meter is { } meter)
            content.AddMeter(meter, stage.Explanation);
        if (stage.Explanation?.Weights is { } weights)
            content.Formula = FormulaOf(weights, stage.Explanation);
        content.AddFigures(stage);
        content.AddBadges(stage.Status);
        content.AddLines(stage);
        return content;
    }

    /// <summary>A number that changes when <see cref="Of"/> would say something else; allocates nothing.</summary>
    public static int Fingerprint(Stage stage, int view, int colormap)
    {
        var hash = default(HashCode);
        hash.Add(view);
        hash.Add(colormap);
        hash.Add(Sync(stage));
        for (var i = 0; i < stage.Labels.Count; i++)
            hash.Add(stage.Labels[i]);
        AddStatus(ref hash, stage.Status);
        for (var i = 0; i < stage.Notices.Standing.Count; i++)
            hash.Add(stage.Notices.Standing[i].Text);
        if (stage.Explanation is not { } explanation)
            return hash.ToHashCode() ^ (stage.Picture is null ? 1 : 0);
        foreach (ref readonly var score in explanation.Top)
            hash.Add((score.Index, (int)MathF.Round(score.Probability * 1000)));
        foreach (ref readonly var target in explanation.Targets)
            hash.Add((target.Class.Index, target.Against?.Index ?? -1, target.State));
        hash.Add(explanation.Model);
        hash.Add(explanation.Method);
        hash.Add(explanation.Layer);
        hash.Add(explanation.Exactness);
        hash.Add(explanation.Pixels?.Title);
        hash.Add(explanation.Pixels?.Samples);
        hash.Add(explanation.Meter);
        if (explanation.Weights is { } weights)
            AddWeights(ref hash, weights);
        if (explanation.Occluded is { } occluded)
            hash.Add(((int)MathF.Round(occluded.Whole.Probability * 100), (int)MathF.Round(occluded.Now * 100), occluded.Whole.Index, occluded.Share));
        for (var i = 0; i < explanation.Remarks.Count; i++)
            hash.Add(explanation.Remarks[i]);
        return hash.ToHashCode();
    }

    // Three digits are shown: a change below them is none.
    private static void AddWeights(ref HashCode hash, ChannelWeights weights)
    {
        hash.Add(weights.Formula);
        for (var i = 0; i < Math.Min(weights.Channels, FormulaRows); i++)
        {
            var k = weights.Order[i];
            hash.Add((k, weights.W[k], weights.SumA[k], weights.PositiveShare[k]));
        }
    }

    private static void AddStatus(ref HashCode hash, LiveStatus status)
    {
        hash.Add(status.SourceName);
        hash.Add(status.Source.Delivering);
        hash.Add(status.Source.Text);
        hash.Add(Tenths(status.PictureRate));
        hash.Add(Tenths(status.ExplanationRate));
        for (var i = 0; i < status.Stages.Count; i++)
            hash.Add((int)Math.Round(status.Stages[i].Milliseconds.Median * 10));
        hash.Add((int)Math.Round(status.MapAgeMs));
        hash.Add((status.DroppedPictures, status.DroppedExplanations, status.Paused));
        hash.Add(status.Device);
        hash.Add(status.Recording);
        hash.Add(status.Message);
    }

    private static int Tenths(double rate) => double.IsNaN(rate) ? -1 : (int)Math.Round(rate * 10);

    // Whether the picture is the newest or the one that the map was made from: the screen must say which.
    private static string? Sync(Stage stage) => stage.Parameters.TryGet("view.sync", out var sync) ? sync!.Text : null;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void AddExplanation(Explanation explanation, string view, int colormap)
    {
        Colormap = view is "hues" or "picture" or "spotlight" ? -1 : colormap;
        var shown = Math.Min(explanation.TargetCount, view switch { "picture" => 0, "hues" => Hues.Count, _ => 1 });
        SKColor ChipOf(int target) => HudBrush.Colour(view == "hues" ? Hues.Of(target)
            : view == "spotlight" ? System.Numerics.Vector3.One : Rendering.Colormap.Colour(colormap, 0.9f));

        // What the heat belongs to comes first, so that it is read from the back of the room and never cut off.
        for (var i = 0; i < shown; i++)
        {
            var target = explanation.Targets[i];
            Answer.Add(new AnswerRow(target.Label, target.Against is null ? target.Class.Probability : null, ChipOf(i), target.Against is null ? BeforeOf(explanation, target.Class.Index) : null));
        }
        Explained = shown;
        foreach (ref readonly var score in explanation.Top)
            if (FindTarget(explanation, score.Index, shown) < 0)
                Answer.Add(new AnswerRow(score.Label, score.Probability, null, BeforeOf(explanation, score.Index)));
        Method.Add($"{explanation.Method} · {(explanation.Exactness.IsExact ? "exact" : $"approximate ({explanation.Exactness.Reason})")}");
        Method.Add(explanation.Model.Length > 0 ? $"{explanation.Model} · {explanation.Layer}" : explanation.Layer);
        AddStates(explanation, shown);
        if (explanation.Pixels is { } pixels)
            AddPixels(pixels);
        if (explanation.Occluded is { } occluded)
            AddOccluded(occluded);
    }

    private static float? BeforeOf(Explanation explanation, int @class)
    {
        if (explanation.Occluded is not { } occluded)
            return null;
        for (var i = 0; i < explanation.TopCount; i++)
            if (explanation.Top[i].Index == @class)
                return occluded.Before(explanation.TopCount)[i];
        return @class == occluded.Whole.Index ? occluded.Whole.Probability : null;
    }

    private void AddOccluded(Occluded occluded) => Lines.Add((HudTone.Plain,
        Format($"{occluded.Whole.Label} {occluded.Whole.Probability * 100:F0} % → {occluded.Now * 100:F0} % with {occluded.Share * 100:F0} % painted over")));

    private void AddPixels(PixelMap pixels)
    {
        Colormap = -1;
        Method.Insert(0, pixels.SamplesWanted > 1 ? Format($"{pixels.Title} · {pixels.Samples} of {pixels.SamplesWanted} samples") : pixels.Title);
        if (pixels.Caveat.Length > 0)
            Lines.Add((HudTone.Plain, pixels.Caveat));
    }

    private void AddStates(Explanation explanation, int shown)
    {
        for (var i = 0; i < shown; i++)
        {
            var target = explanation.Targets[i];
            if (target.State == MapState.NoPositiveEvidence)
                Lines.Add((HudTone.Warning, $"no positive evidence for {target.Label}"));
            else if (target.State == MapState.NotANumber)
                Lines.Add((HudTone.Error, $"the map of {target.Label} is not a number"));
        }
    }

    private void AddMeter(in MeterReading meter, Explanation explanation)
    {
        MeterTitle = $"faithfulness of {explanation.Method} · removed is {(meter.Mask == "pixels" ? "black" : "mean colour")}";
        Meter.Add([Percent("drop", meter.Drop, "F1"), Percent("increase", meter.Increase, "F0"), Share("ADCC", meter.Adcc), Count(meter.Frames)]);
        if (explanation.Side(SideMapKind.Rival) is { } rival)
        {
            MeterTitle = $"faithfulness of {explanation.Method} against {rival.Title} · removed is {(meter.Mask == "pixels" ? "black" : "mean colour")}";
            Meter.Add([Percent("win", meter.Win, "F0"), Percent("tie", meter.Tie, "F0"), Percent("its drop", meter.RivalDrop, "F1"), Count(meter.Duels)]);
        }
        Meter.Add([Share("insertion", meter.Insertion), Share("deletion", meter.Deletion), new MeterCell("", "", ""), Count(meter.Curves)]);
    }

    private static FormulaContent FormulaOf(ChannelWeights weights, Explanation explanation)
    {
        var rows = new List<FormulaRow>();
        var most = weights.Channels == 0 ? 0 : MathF.Abs(Added(weights, 0));
        for (var i = 0; i < Math.Min(weights.Channels, FormulaRows); i++)
        {
            var k = weights.Order[i];
            rows.Add(new FormulaRow([Format($"{k}"), Number(weights.W[k]), Number(weights.SumA[k]), Format($"{weights.PositiveShare[k] * 100:F0} %")],
                most > 0 ? Added(weights, i) / most : 0));
        }
        var target = explanation.TargetCount > 0 ? explanation.Targets[0].Label : "";
        return new FormulaContent(Format($"{explanation.Method} for {target} · {(explanation.Exactness.IsExact ? "exact" : "approximate")}"),
            [weights.Formula, weights.IsOneWeight ? "L = relu(Σ_k w_k A_k)" : "w_k here: the one weight of the same sum"], rows,
            Format($"{weights.Channels} channels at {explanation.Layer}; g is the gradient of the logit by A"));
    }

    /// <summary>Three digits, without an exponent where they can do without.</summary>
    private static string Number(float value) => value.ToString(MathF.Abs(value) switch { >= 1000 and < 1e6f => "F0", > 0 and < 0.001f => "0.0e-0", _ => "G3" }, CultureInfo.InvariantCulture);

    private static float Added(ChannelWeights weights, int place) => weights.W[weights.Order[place]] * weights.SumA[weights.Order[place]];

    private static MeterCell Percent(string name, double share, string format) =>
        new(name, double.IsNaN(share) ? "–" : (share * 100).ToString(format, CultureInfo.InvariantCulture) + " %", "100.0 %");

    private static MeterCell Share(string name, double share) =>
        new(name, double.IsNaN(share) ? "–" : share.ToString("F2", CultureInfo.InvariantCulture), "0.00");

    private static MeterCell Count(int n) => new("n", n.ToString(CultureInfo.InvariantCulture), "1000");

    private void AddFigures(Stage stage)
    {
        var status = stage.Status;
        if (!double.IsNaN(status.PictureRate))
            Figures.Add(("picture", Format($"{status.PictureRate:F1} fps")));
        if (!double.IsNaN(status.ExplanationRate))
            Figures.Add(("explanation", Format($"{status.ExplanationRate:F1} fps")));
        foreach (var (name, milliseconds) in status.Stages)
            Figures.Add((name, Format($"{milliseconds.Median:F1} ms")));
        if (status.MapAgeMs > 0)
            Figures.Add(("map age", Format($"{status.MapAgeMs:F0} ms")));
        // Only a run with two rates has a map that can lag behind its picture.
        if (!double.IsNaN(status.ExplanationRate) && Sync(stage) is { } sync)
            Figures.Add(("sync", sync));
        if (status.DroppedPictures + status.DroppedExplanations > 0)
            Figures.Add(("dropped", Format($"{status.DroppedPictures} + {status.DroppedExplanations}")));
        if (status.Device.Length > 0)
            Figures.Add(("", status.Device));
        if (status.SourceName.Length > 0)
            Figures.Add(("", status.SourceName));
    }

    private void AddBadges(LiveStatus status)
    {
        if (status.Recording is { } file)
            Badges.Add((HudTone.Recording, $"REC {Path.GetFileName(file)}"));
        if (status.Paused)
            Badges.Add((HudTone.Plain, "paused"));
    }

    private void AddLines(Stage stage)
    {
        var status = stage.Status;
        foreach (var remark in stage.Explanation?.Remarks ?? [])
            Lines.Add((HudTone.Warning, remark));
        if (stage.Arrangement.Homeless is { Length: > 0 } homeless)
            Lines.Add((HudTone.Plain, homeless));
        if (status.Message is { Length: > 0 } message)
            Lines.Add((HudTone.Plain, message));
        foreach (var (_, text) in stage.Notices.Standing)
            Lines.Add((HudTone.Error, text));
        if (!status.Source.Delivering)
            Lines.Add((HudTone.Error, $"{status.SourceName}: {status.Source.Text}"));
        else if (stage.Picture is null)
            Lines.Add((HudTone.Plain, status.SourceName.Length > 0 ? $"waiting for {status.SourceName}" : "waiting for a picture"));
    }

    private static int FindTarget(Explanation explanation, int index, int shown)
    {
        for (var i = 0; i < shown; i++)
            if (explanation.Targets[i].Class.Index == index && explanation.Targets[i].Against is null)
                return i;
        return -1;
    }
}
