using System.Globalization;
using LiveCam.Core;
using LiveCam.Video;

namespace LiveCam.Pipeline.Annotate;

/// <summary><c>--summary out.png</c>: which class was the best when, and how probable it was; counts and changes for people.</summary>
/// <param name="path">The picture.</param>
internal sealed class SummaryFile : NoteFile
{
    private const int Named = 5;
    private readonly string _path;
    private readonly List<TimelineMoment> _moments = [];
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _flips;

    public SummaryFile(string path)
    {
        if (!Snapshot.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new LiveCamException("Cannot write the summary", path, "it is a picture", "Name it for example summary.png");
        _path = path;
    }

    public override string Summary => string.Create(CultureInfo.InvariantCulture,
        $"the timeline to {_path}: {_moments.Count} frames, the best class changed {_flips} times; {string.Join(", ", Most.Take(Named).Select(Share))}{(_counts.Count > Named ? $" and {_counts.Count - Named} others" : "")}");

    private IEnumerable<KeyValuePair<string, long>> Most => _counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal);

    public override void Write(FrameNote note)
    {
        var best = note.Top[0];
        if (_moments.Count > 0 && _moments[^1].Label != best.Label)
            _flips++;
        _moments.Add(new TimelineMoment(note.Seconds, best.Label, best.Probability));
        _counts[best.Label] = _counts.GetValueOrDefault(best.Label) + 1;
    }

    public override void Complete()
    {
        if (_moments.Count == 0)
            return;
        using var pool = new FramePool();
        using var picture = TimelineSheet.Draw([.. Most.Select(count => (count.Key, Share(count)))], _moments, pool);
        Snapshot.Write(picture, _path);
    }

    private string Share(KeyValuePair<string, long> count) => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Value} ({100.0 * count.Value / _moments.Count:0.#} %)");
}
