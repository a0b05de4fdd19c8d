using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary>What boxes, subtitles, tables and the summary need of a frame: everything but its maps.</summary>
/// <param name="Sequence">Number of the frame in its source.</param>
/// <param name="Seconds">Its time in the source.</param>
/// <param name="Width">Of the picture.</param>
/// <param name="Height">Of the picture.</param>
/// <param name="File">The picture file that it is, or null.</param>
/// <param name="Top">The best classes, best first.</param>
/// <param name="Targets">The explained classes.</param>
/// <param name="Boxes">Around the heat.</param>
internal sealed record FrameNote(long Sequence, double Seconds, int Width, int Height, string? File, IReadOnlyList<NotedClass> Top, IReadOnlyList<NotedClass> Targets, IReadOnlyList<BoundingBox> Boxes)
{
    public static FrameNote Of(Explanation explanation)
    {
        var frame = explanation.Frame!;
        var (top, targets, boxes) = (new NotedClass[explanation.TopCount], new NotedClass[explanation.TargetCount], explanation.Boxes.ToArray());
        for (var i = 0; i < top.Length; i++)
            top[i] = new NotedClass(explanation.Top[i].Index, explanation.Top[i].Label, explanation.Top[i].Probability, 0);
        for (var i = 0; i < targets.Length; i++)
            targets[i] = new NotedClass(explanation.Targets[i].Class.Index, explanation.Targets[i].Class.Label, explanation.Targets[i].Class.Probability, explanation.Targets[i].Maximum);
        return new FrameNote(frame.Sequence, frame.Timestamp.TotalSeconds, frame.Width, frame.Height, frame.File, top, targets, boxes);
    }

    /// <summary>As a line, with its end.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Options), (byte)'\n'];

    public static FrameNote OfLine(string line) => JsonSerializer.Deserialize<FrameNote>(line, Options)!;

    private static readonly JsonSerializerOptions Options = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
}

/// <param name="Index">Row of the logits.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">0..1.</param>
/// <param name="Maximum">Of its map, unscaled; 0 where it has none.</param>
internal readonly record struct NotedClass(int Index, string Label, float Probability, float Maximum);
