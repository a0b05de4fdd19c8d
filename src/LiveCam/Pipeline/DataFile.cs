using System.Buffers;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary><c>--data out.jsonl</c>: one <see cref="ExplanationRecord"/> a line. Used by one thread.</summary>
internal sealed class DataFile(string path, bool continues) : LineRecords(path, continues)
{
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>(), ExplanationRecord.Readable);

    protected override void Compose(ArrayBufferWriter<byte> line, Explanation explanation)
    {
        _json.Reset(line);
        ExplanationRecord.Write(_json, explanation, withMaps: true);
        _json.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        _json.Dispose();
        base.Dispose(disposing);
    }
}
