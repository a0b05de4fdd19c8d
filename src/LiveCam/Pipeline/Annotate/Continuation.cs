using System.Globalization;
using LiveCam.Core;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline.Annotate;

/// <summary>
/// An annotate run that survives: it keeps a journal, and takes over what an interrupted one has left. Pictures are kept up to a key picture of the video, records
/// as many as go with them; what was half written is cut off. Nothing is deleted before what replaces it is whole.
/// </summary>
internal sealed class Continuation
{
    private readonly AnnotationFiles _files;
    private AnnotationJournal _journal;

    private Continuation(AnnotationFiles files, AnnotationJournal journal, long first) => (_files, _journal, First) = (files, journal, first);

    /// <summary>Pictures that were done before; this run begins with the one of that number.</summary>
    public long First { get; }

    /// <summary>What the output is to know of what was written before.</summary>
    public SinkOptions Refine(SinkOptions options) => options with
    {
        Before = [.. _journal.Parts.SkipLast(1).Select(part => new VideoPart(part.File, TimeSpan.FromSeconds(part.Start)))],
        Recording = _journal.Parts.Count > 1 ? _journal.Parts[^1].File : null,
        FirstNumber = First,
    };

    /// <summary>Begins or continues. Throws <see cref="LiveCamException"/> when the interrupted run was another.</summary>
    /// <param name="run">What is run.</param>
    /// <param name="options">Rate and times of its video.</param>
    /// <param name="files">What is written.</param>
    /// <param name="wish">Whether an interrupted run is to be continued, and what has to be the same.</param>
    public static Continuation Open(OfflineRun run, SinkOptions options, AnnotationFiles files, JournalWish wish)
    {
        var begun = wish.Continues ? AnnotationJournal.Load(files) : null;
        var journal = new AnnotationJournal
        {
            Source = Identity(run.Source.Name),
            Settings = [run.Setup.Network.Sha256, .. wish.Words.Order(StringComparer.Ordinal)],
            Parts = [new JournalPart(files.Output ?? "", 0, 0)],
        };
        var first = 0L;
        if (begun is not null)
        {
            journal.MustMatch(begun, AnnotationJournal.PathFor(files));
            (journal, first) = TakeOver(journal, begun, run, options, files);
        }
        journal.Save(files);
        foreach (var part in begun?.Parts ?? [])
            if (part.File != files.Output && !journal.Parts.Any(kept => kept.File == part.File))
                File.Delete(part.File);
        if (first == 0)
            File.Delete(AnnotationJournal.NotesFor(files));
        return new Continuation(files, journal, first);
    }

    /// <summary>All is written into the outputs themselves. Of a run that was stopped the journal stays, so that it can be continued.</summary>
    /// <param name="isComplete">Whether there is nothing left to do.</param>
    public void End(bool isComplete)
    {
        var parts = _journal.Parts;
        _journal = _journal with { Parts = [new JournalPart(_files.Output ?? "", 0, 0)] };
        _journal.Save(_files);
        foreach (var part in parts.Where(part => part.File != _files.Output && part.File.Length > 0))
            File.Delete(part.File);
        if (isComplete)
            Abandon();
    }

    /// <summary>There is nothing that could be continued.</summary>
    public void Abandon()
    {
        File.Delete(AnnotationJournal.NotesFor(_files));
        File.Delete(AnnotationJournal.PathFor(_files));
    }

    private static (AnnotationJournal Journal, long First) TakeOver(AnnotationJournal journal, AnnotationJournal begun, OfflineRun run, SinkOptions options, AnnotationFiles files)
    {
        var open = begun.Parts[^1];
        var most = Records(files) is { } records ? records * run.Every : files.Output is null ? 0 : long.MaxValue;
        if (most < open.First)
            throw new LiveCamException("Cannot continue", AnnotationJournal.PathFor(files), $"there are records of {most} frames only, and pictures of {open.First}", "Begin anew with --force");
        var first = most;
        if (files.Output is { } output)
        {
            var kept = RecordedSoFar.Count(output, open.File, most - open.First);
            first = open.First + kept;
            journal = !IsVideo(output) ? journal : kept == 0 ? journal with { Parts = begun.Parts } : journal with { Parts = Extended(begun.Parts, output, kept, StartOf(options, first)) };
        }
        CutRecords(files, (first + run.Every - 1) / run.Every);
        return (journal, first);
    }

    /// <summary>Keeps what is whole of the part that was being written, and goes on in a new one.</summary>
    private static List<JournalPart> Extended(IReadOnlyList<JournalPart> parts, string output, long kept, double start)
    {
        var open = parts[^1];
        var whole = PartOf(output, 2 * parts.Count);
        RecordedSoFar.Cut(open.File, kept, whole);
        return [.. parts.SkipLast(1), open with { File = whole }, new JournalPart(PartOf(output, 2 * parts.Count + 1), open.First + kept, start)];
    }

    private static bool IsVideo(string output) => SinkSchemes.SchemeOf(output)?.Name == "video";

    private static string PartOf(string output, int number) =>
        Path.ChangeExtension(output, string.Create(CultureInfo.InvariantCulture, $".part{number}{Path.GetExtension(output)}"));

    private static double StartOf(SinkOptions options, long first) => options.Times?.At(first) is { } time ? time.TotalSeconds : first / options.FrameRate;

    /// <summary>Whole records of the file that has fewest; null when no such file is written.</summary>
    private static long? Records(AnnotationFiles files) => RecordFiles(files).Select(file => IsRows(file) ? ArrayRows.CountIn(file) : Lines.Count(file)).Cast<long?>().Min();

    private static void CutRecords(AnnotationFiles files, long records)
    {
        foreach (var file in RecordFiles(files))
            if (IsRows(file))
                ArrayRows.Cut(file, records);
            else
                Lines.Cut(file, records);
    }

    private static bool IsRows(string file) => file.EndsWith(".rows", StringComparison.Ordinal);

    private static IEnumerable<string> RecordFiles(AnnotationFiles files)
    {
        if (files.Data is not (null or OutputPath.StandardOutput))
            yield return Path.GetExtension(files.Data).Equals(".npz", StringComparison.OrdinalIgnoreCase) ? ArrayFile.RowsOf(files.Data) : files.Data;
        if (ExplanationFiles.TakesNotes(files))
            yield return AnnotationJournal.NotesFor(files);
    }

    private static string Identity(string source) => File.Exists(source)
        ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFullPath(source)}, {new FileInfo(source).Length} bytes, {File.GetLastWriteTimeUtc(source):O}")
        : source;
}
