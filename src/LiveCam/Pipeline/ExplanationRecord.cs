using System.Text.Encodings.Web;
using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>The JSON form of an explanation: one record a frame of <c>--data</c>, and the file that <c>explain --json</c> writes. Documented in docs/data.md.</summary>
internal static class ExplanationRecord
{
    /// <summary>Nobody puts these files into a web page unescaped: "Grad-CAM++" stays readable.</summary>
    public static JsonWriterOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object. Numbers are the shortest that read back as the same float32.</summary>
    public static void Write(Utf8JsonWriter json, Explanation explanation, bool withMaps)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", explanation.Frame!.Sequence);
        json.WriteNumber("time", Math.Round(explanation.Frame.Timestamp.TotalSeconds, 6));
        json.WriteString("model", explanation.Model);
        json.WriteString("method", explanation.Method);
        json.WriteString("layer", explanation.Layer);
        json.WriteBoolean("exact", explanation.Exactness.IsExact);
        if (!explanation.Exactness.IsExact)
            json.WriteString("approximate", explanation.Exactness.Reason);
        WriteRegion(json, explanation.Region);
        json.WriteStartArray("top");
        foreach (var score in explanation.Top)
        {
            json.WriteStartObject();
            WriteScore(json, score);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("targets");
        for (var i = 0; i < explanation.TargetCount; i++)
            WriteTarget(json, explanation, i, withMaps);
        json.WriteEndArray();
        if (explanation.Side(SideMapKind.Referee) is { } referee)
            WriteSide(json, "referee", referee);
        if (explanation.Side(SideMapKind.Randomised) is { } randomised)
            WriteSide(json, "randomised", randomised);
        if (explanation.Weights is { } weights)
            WriteWeights(json, weights);
        if (explanation.Meter is { } meter)
            WriteMeter(json, meter);
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, SideMap side)
    {
        json.WriteStartObject(name);
        json.WriteString("title", side.Title);
        json.WriteString("note", side.Note);
        json.WriteString("state", Name(side.State));
        json.WriteNumber("maximum", side.Maximum);
        WriteShare(json, "correlation", side.Correlation);
        json.WriteEndObject();
    }

    private static void WriteWeights(Utf8JsonWriter json, ChannelWeights weights)
    {
        json.WriteStartObject("weights");
        json.WriteString("formula", weights.Formula);
        json.WriteBoolean("one_weight", weights.IsOneWeight);
        json.WriteStartArray("channels");
        foreach (var k in weights.Order)
        {
            json.WriteStartObject();
            json.WriteNumber("channel", k);
            json.WritePropertyName("weight");
            WriteFinite(json, weights.W[k]);
            json.WritePropertyName("sum");
            WriteFinite(json, weights.SumA[k]);
            json.WriteNumber("positive", weights.PositiveShare[k]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMeter(Utf8JsonWriter json, in MeterReading meter)
    {
        json.WriteStartObject("meter");
        json.WriteString("mask", meter.Mask);
        json.WriteNumber("frames", meter.Frames);
        WriteShare(json, "drop", meter.Drop);
        WriteShare(json, "increase", meter.Increase);
        WriteShare(json, "coherency", meter.Coherency);
        WriteShare(json, "complexity", meter.Complexity);
        WriteShare(json, "adcc", meter.Adcc);
        if (meter.Duels > 0)
        {
            json.WriteNumber("duels", meter.Duels);
            WriteShare(json, "rivalDrop", meter.RivalDrop);
            WriteShare(json, "win", meter.Win);
            WriteShare(json, "tie", meter.Tie);
        }
        json.WriteNumber("curves", meter.Curves);
        WriteShare(json, "insertion", meter.Insertion);
        WriteShare(json, "deletion", meter.Deletion);
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, Explanation explanation, int i, bool withMap)
    {
        var target = explanation.Targets[i];
        json.WriteStartObject();
        WriteScore(json, target.Class);
        if (target.Against is { } against)
        {
            json.WriteStartObject("against");
            WriteScore(json, against);
            json.WriteEndObject();
        }
        json.WriteString("state", Name(target.State));
        json.WriteNumber("maximum", target.Maximum);
        if (withMap)
            WriteMap(json, explanation, i);
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, Explanation explanation, int i)
    {
        json.WriteStartObject("map");
        json.WriteNumber("width", explanation.MapWidth);
        json.WriteNumber("height", explanation.MapHeight);
        json.WriteStartArray("values");
        foreach (var value in explanation.Map(i))
            WriteFinite(json, value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string Name(MapState state) => state switch
    {
        MapState.Evidence => "evidence",
        MapState.NoPositiveEvidence => "no positive evidence",
        _ => "not a number",
    };

    private static void WriteScore(Utf8JsonWriter json, in ClassScore score)
    {
        json.WriteNumber("class", score.Index);
        json.WriteString("label", score.Label);
        json.WritePropertyName("logit");
        WriteFinite(json, score.Logit);
        json.WritePropertyName("probability");
        WriteFinite(json, score.Probability);
    }

    private static void WriteRegion(Utf8JsonWriter json, PictureRegion region)
    {
        json.WriteStartArray("region");
        json.WriteNumberValue(region.X);
        json.WriteNumberValue(region.Y);
        json.WriteNumberValue(region.Width);
        json.WriteNumberValue(region.Height);
        json.WriteEndArray();
    }

    /// <summary>A mean of single-precision numbers: six digits say all there is.</summary>
    private static void WriteShare(Utf8JsonWriter json, string name, double share)
    {
        if (double.IsFinite(share))
            json.WriteNumber(name, Math.Round(share, 6));
        else
            json.WriteNull(name);
    }

    /// <summary>JSON has no NaN: what is not a number is null.</summary>
    private static void WriteFinite(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
