using System.Buffers;
using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>
/// <c>--data out.jsonl</c>: one <see cref="ExplanationRecord"/> a line, handed to the system as soon as it is complete, so a
/// crash loses at most the line being written. Used by one thread.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private readonly string _path;
    private readonly Stream _file;
    private readonly ArrayBufferWriter<byte> _line = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    public DataFile(string path)
    {
        _path = path;
        _json = new Utf8JsonWriter(_line, ExplanationRecord.Readable);
        _file = path == OutputPath.StandardOutput ? Console.OpenStandardOutput() : OutputPath.Create(path);
    }

    public string Path => _path;

    public long Records { get; private set; }

    public void Write(Explanation explanation)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        ExplanationRecord.Write(_json, explanation, withMaps: true);
        _json.Flush();
        _line.Write("\n"u8);
        try
        {
            _file.Write(_line.WrittenSpan);
            _file.Flush();
        }
        catch (IOException e)
        {
            throw new LiveCamException("Cannot write the data", _path, e.Message.TrimEnd('.'), "Free some space; the lines before this one are complete", inner: e);
        }
        Records++;
    }

    public void Dispose()
    {
        _json.Dispose();
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: Write has said so already, and a second failure to flush adds nothing.
        }
    }
}
