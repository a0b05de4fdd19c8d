using System.Buffers;
using System.Globalization;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary>
/// <c>--data out.csv</c>: a row a frame and explained class (RFC 4180, with a head), for spreadsheets; without maps. Used by one thread.
/// </summary>
internal sealed class TableFile : LineRecords
{
    private const string Head = "sequence,time,top_class,top_label,top_probability,second_class,second_label,second_probability,"
        + "target_class,target_label,target_probability,target_state,target_maximum,boxes,box_x,box_y,box_width,box_height,box_score";

    private readonly StringBuilder _row = new();

    public TableFile(string path, bool continues)
        : base(path, continues)
    {
        if (!continues)
            WriteHead(Encoding.UTF8.GetBytes(Head));
    }

    protected override void Compose(ArrayBufferWriter<byte> line, Explanation explanation)
    {
        var frame = explanation.Frame!;
        _row.Clear().Append(CultureInfo.InvariantCulture, $"{frame.Sequence},{Math.Round(frame.Timestamp.TotalSeconds, 6)}");
        for (var rank = 0; rank < 2; rank++)
            if (rank < explanation.TopCount)
                Append(explanation.Top[rank]);
            else
                _row.Append(",,,");
        var target = explanation.Targets[0];
        Append(target.Class);
        _row.Append(CultureInfo.InvariantCulture, $",{ExplanationRecord.Name(target.State)},{target.Maximum},{explanation.BoxCount}");
        // Each target's best box comes first.
        if (explanation.BoxCount > 0 && explanation.Boxes[0] is { Target: 0 } box)
            _row.Append(CultureInfo.InvariantCulture, $",{box.X},{box.Y},{box.Width},{box.Height},{box.Score}");
        else
            _row.Append(",,,,,");
        foreach (var chunk in _row.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, line);
    }

    private void Append(in ClassScore score) => _row.Append(CultureInfo.InvariantCulture, $",{score.Index},{Quoted(score.Label)},{score.Probability}");

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"" : text;
}
