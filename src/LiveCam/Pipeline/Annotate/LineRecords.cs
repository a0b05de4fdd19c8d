using System.Buffers;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary>Records that are lines of text. Used by one thread.</summary>
internal abstract class LineRecords : RecordFile
{
    private readonly Stream _file;
    private readonly ArrayBufferWriter<byte> _line = new(1 << 16);

    /// <param name="path">What the user named.</param>
    /// <param name="continues">Whether lines are added to those that are there.</param>
    protected LineRecords(string path, bool continues)
        : base(path)
    {
        Records = continues ? Lines.Count(path) : 0;
        _file = path == OutputPath.StandardOutput ? Console.OpenStandardOutput()
            : continues ? OutputPath.Guard(path, () => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0))
            : OutputPath.Create(path);
    }

    public sealed override void Write(Explanation explanation)
    {
        _line.ResetWrittenCount();
        Compose(_line, explanation);
        Put();
        Records++;
    }

    /// <summary>Writes a line that is no record, before the first.</summary>
    protected void WriteHead(ReadOnlySpan<byte> line)
    {
        _line.ResetWrittenCount();
        _line.Write(line);
        Put();
    }

    /// <summary>Writes the line of a frame, without its end.</summary>
    protected abstract void Compose(ArrayBufferWriter<byte> line, Explanation explanation);

    protected override void Dispose(bool disposing)
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: Write has said so already, and a second failure to flush adds nothing.
        }
        base.Dispose(disposing);
    }

    private void Put()
    {
        _line.Write("\n"u8);
        try
        {
            _file.Write(_line.WrittenSpan);
            _file.Flush();
        }
        catch (IOException e)
        {
            throw new LiveCamException("Cannot write the data", Path, WriteFailure.Why(e), "Make room; the lines before this one are complete", inner: e);
        }
    }
}
