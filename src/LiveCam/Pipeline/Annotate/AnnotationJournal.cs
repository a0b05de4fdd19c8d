using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary>
/// What an annotate run is about, in a small file beside its first output while it runs, so that another run can continue it: the source, the settings, and
/// the files that hold its pictures. It is replaced in one step, and gone when the run is complete.
/// </summary>
internal sealed record AnnotationJournal
{
    /// <summary>Path, length and time of change of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The network and the words of the command line, in order.</summary>
    public required IReadOnlyList<string> Settings { get; init; }

    /// <summary>Files that hold pictures, the last the one being written.</summary>
    public required IReadOnlyList<JournalPart> Parts { get; init; }

    /// <summary>Where it lies; there must be a lasting file.</summary>
    public static string PathFor(AnnotationFiles files) => files.Lasting.First().TrimEnd('/') + ".journal";

    /// <summary>Where the frames' notes are kept meanwhile.</summary>
    public static string NotesFor(AnnotationFiles files) => PathFor(files) + ".notes";

    /// <summary>The journal of an interrupted run, or null when there is none that can be read.</summary>
    public static AnnotationJournal? Load(AnnotationFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize<AnnotationJournal>(File.ReadAllBytes(PathFor(files)));
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Save(AnnotationFiles files)
    {
        var path = PathFor(files);
        OutputPath.Write(path + ".new", stream => JsonSerializer.Serialize(stream, this));
        OutputPath.Guard(path, () =>
        {
            File.Move(path + ".new", path, overwrite: true);
            return true;
        });
    }

    private string Difference(AnnotationJournal begun)
    {
        if (begun.Settings[0] != Settings[0])
            return "it was begun with another network";
        string[] before = [.. begun.Settings.Except(Settings)], now = [.. Settings.Except(begun.Settings)];
        return $"it was begun with {(before.Length > 0 ? $"'{string.Join(' ', before)}'" : "other options")}{(now.Length > 0 ? $", and without '{string.Join(' ', now)}'" : "")}";
    }

    /// <summary>Refuses to go on with what was begun otherwise.</summary>
    public void MustMatch(AnnotationJournal begun, string on)
    {
        if (begun.Source != Source)
            throw new LiveCamException("Cannot continue", on, $"the source is not the one it was begun with ({begun.Source})", "Begin anew with --force");
        if (!begun.Settings.SequenceEqual(Settings))
            throw new LiveCamException("Cannot continue", on, Difference(begun), "Give the same options and network, or begin anew with --force");
    }
}

/// <param name="File">Its path.</param>
/// <param name="First">Number of its first picture.</param>
/// <param name="Start">Seconds at which that is due, from the first of all.</param>
internal sealed record JournalPart(string File, long First, double Start);
