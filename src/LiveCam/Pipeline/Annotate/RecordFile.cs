using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary><c>--data</c>: a record a frame, handed to the system as soon as it is complete, so that a crash loses at most the one being written. Used by one thread.</summary>
/// <param name="path">What the user named.</param>
internal abstract class RecordFile(string path) : IDisposable
{
    /// <summary>For the help.</summary>
    public const string Usage = "out.jsonl (- for standard output), out.csv, out.npz";

    public string Path { get; } = path;

    /// <summary>Records written by this run and by those it continues.</summary>
    public long Records { get; protected set; }

    /// <summary>Opens the kind of file that the name tells; whether it can be written is known on return.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="classes">Names of all classes of the network.</param>
    /// <param name="continues">Whether what is there is kept, or emptied.</param>
    public static RecordFile Open(string path, IReadOnlyList<string> classes, bool continues) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npz" => new ArrayFile(path, classes, continues),
        ".csv" => new TableFile(path, continues),
        _ => new DataFile(path, continues),
    };

    public abstract void Write(Explanation explanation);

    /// <summary>Brings the file to its end; after a run that ended early too.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>Deletes what was kept for a run that continues this one.</summary>
    public virtual void Discard()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
