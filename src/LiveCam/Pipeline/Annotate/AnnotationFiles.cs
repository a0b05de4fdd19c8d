using LiveCam.Core;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Annotate;

/// <summary>What is written about one source; null for what is not wanted.</summary>
/// <param name="Output">The video or pictures.</param>
/// <param name="Data">A record a frame.</param>
/// <param name="Boxes">Boxes around the heat.</param>
/// <param name="Subtitles">The labels over time.</param>
/// <param name="Summary">The timeline of classes as a picture.</param>
internal sealed record AnnotationFiles(string? Output, string? Data = null, string? Boxes = null, string? Subtitles = null, string? Summary = null)
{
    /// <summary>Those that are wanted, the most important first.</summary>
    public IEnumerable<string> All => new[] { Output, Data, Boxes, Subtitles, Summary }.OfType<string>();

    /// <summary>Those that stay, beside which a journal can lie: neither the standard output nor a device.</summary>
    public IEnumerable<string> Lasting => All.Where(path => path != OutputPath.StandardOutput && !path.StartsWith("/dev/", StringComparison.Ordinal));

    /// <summary>Whether they are for many sources: a star stands for the name of each, and pictures go into a folder.</summary>
    public bool AreForEach => All.Any(path => path.Contains('*', StringComparison.Ordinal));

    /// <summary>Those of one of many sources. Throws <see cref="LiveCamException"/> when one file would be written for all.</summary>
    /// <param name="source">A file.</param>
    /// <param name="codec">The codec that was asked for, or null.</param>
    public AnnotationFiles For(string source, string? codec)
    {
        var name = Path.GetFileNameWithoutExtension(source);
        return new(Output is null ? null : OutputFor(source, name, codec), Star(Data), Star(Boxes), Star(Subtitles), Star(Summary));

        string? Star(string? path) => path is null ? null
            : path.Contains('*', StringComparison.Ordinal) ? path.Replace("*", name, StringComparison.Ordinal)
            : throw new LiveCamException("Cannot write", path, "it is one file for several sources", $"Let a star stand for the name of each, for example '{Path.Combine(Path.GetDirectoryName(path) ?? "", "*" + Path.GetExtension(path))}'; or name their folder, or a quoted pattern: that is one source");
    }

    /// <summary>Refuses to write over the source or over another of them, and over what is there unless that is wanted.</summary>
    /// <param name="source">As the user named it.</param>
    /// <param name="mayReplace">Whether a file that is there may be replaced.</param>
    public void Check(string source, bool mayReplace)
    {
        OutputPath.MustDiffer(source, Output, Data, Boxes, Subtitles, Summary);
        if (!mayReplace && All.FirstOrDefault(OutputPath.Exists) is { } there)
            throw new LiveCamException("Cannot write", there, File.Exists(AnnotationJournal.PathFor(this)) ? "an interrupted run left it" : "it is there already",
                "Add --force to replace it, --resume to continue an interrupted run, or choose another name");
    }

    /// <summary>Refuses pictures that nobody can read for those of a run that is complete.</summary>
    public void MustBeReadable()
    {
        try
        {
            using var pool = new FramePool();
            using var written = SourceSchemes.Open(Output!, new SourceOptions());
            written.Read(pool, out var first);
            first?.Dispose();
        }
        catch (LiveCamException e)
        {
            throw new LiveCamException("Cannot continue", Output!, $"it is there, without a journal of an interrupted run, and cannot be read: {e.Why}", "Begin anew with --force", inner: e);
        }
    }

    private string OutputFor(string source, string name, string? codec)
    {
        if (Output!.Contains('*', StringComparison.Ordinal))
            return Output.Replace("*", name, StringComparison.Ordinal);
        if (!Output.EndsWith('/') && !Directory.Exists(Output))
            throw new LiveCamException("Cannot write", Output, "it is one file for several sources", "Name a folder, for example --out annotated/, or let a star stand for the name of each: --out 'annotated/*.mp4'");
        var extension = Path.GetExtension(source);
        return Path.Combine(Output, name + (LocalSources.IsPicture(source) ? SinkSchemes.PictureExtension(extension) : SinkSchemes.VideoExtension(extension, codec)));
    }
}
