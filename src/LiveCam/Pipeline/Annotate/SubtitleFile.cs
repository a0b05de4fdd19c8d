using System.Globalization;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary><c>--subtitles</c>: the label over time, beside the video. A cue lasts while a class is the best, and has the mean of its probability.</summary>
internal abstract class SubtitleFile(string path) : NoteFile
{
    /// <summary>For the help.</summary>
    public const string Usage = "out.srt or out.ass";

    private readonly List<Cue> _cues = [];
    private double _last;
    private double _step = 1 / OfflineRun.UsualRate;

    public override string Summary => $"{_cues.Count} cues to {path}";

    public static SubtitleFile Open(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".srt" => new SubRip(path),
        ".ass" => new SubStation(path),
        var other => throw new LiveCamException("Cannot write subtitles", path, $"'{other}' is no kind of subtitles", $"Write {Usage}"),
    };

    public override void Write(FrameNote note)
    {
        if (note.Seconds > _last)
            _step = note.Seconds - _last;
        _last = note.Seconds;
        var best = note.Top[0];
        if (_cues.Count == 0 || _cues[^1].Class != best.Index)
            _cues.Add(new Cue(note.Seconds, best.Index, best.Label, 0, 0));
        _cues[^1] = _cues[^1] with { Sum = _cues[^1].Sum + best.Probability, Frames = _cues[^1].Frames + 1 };
    }

    public override void Complete()
    {
        var lines = new StringBuilder();
        Begin(lines);
        for (var i = 0; i < _cues.Count; i++)
            Add(lines, i + 1, _cues[i].From, i + 1 < _cues.Count ? _cues[i + 1].From : _last + _step, _cues[i].Text);
        OutputPath.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private readonly record struct Cue(double From, int Class, string Label, double Sum, int Frames)
    {
        public string Text => string.Create(CultureInfo.InvariantCulture, $"{Label} {Math.Round(100 * Sum / Frames):0} %");
    }

    protected virtual void Begin(StringBuilder lines)
    {
    }

    protected abstract void Add(StringBuilder lines, int number, double from, double to, string text);

    /// <summary>SubRip: times to a millisecond.</summary>
    private sealed class SubRip(string path) : SubtitleFile(path)
    {
        protected override void Add(StringBuilder lines, int number, double from, double to, string text) =>
            lines.Append(CultureInfo.InvariantCulture, $"{number}\n{Time(from)} --> {Time(to)}\n{text}\n\n");

        private static string Time(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)).ToString(@"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
    }

    /// <summary>Advanced SubStation Alpha (v4+): times to a hundredth.</summary>
    private sealed class SubStation(string path) : SubtitleFile(path)
    {
        protected override void Begin(StringBuilder lines) => lines.Append("""
            [Script Info]
            ScriptType: v4.00+
            PlayResX: 640
            PlayResY: 360

            [V4+ Styles]
            Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV
            Style: Default,Sans,20,&H00FFFFFF,&H00000000,&H80000000,0,1,1.5,0,2,10,10,12

            [Events]
            Format: Layer, Start, End, Style, Text

            """.ReplaceLineEndings("\n"));

        // Braces would be taken for a style.
        protected override void Add(StringBuilder lines, int number, double from, double to, string text) =>
            lines.Append(CultureInfo.InvariantCulture, $"Dialogue: 0,{Time(from)},{Time(to)},Default,{text.Replace('{', '(').Replace('}', ')')}\n");

        private static string Time(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 100) * 10).ToString(@"h\:mm\:ss\.ff", CultureInfo.InvariantCulture);
    }
}
