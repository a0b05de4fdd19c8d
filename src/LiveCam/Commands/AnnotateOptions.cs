using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Annotate;
using LiveCam.Video.Sinks;

namespace LiveCam.Commands;

/// <summary>The options of <c>annotate</c> alone.</summary>
internal sealed class AnnotateOptions
{
    private readonly Option<string?> _output = new("--out")
    {
        Description = "What to write:\n" + string.Join('\n', SinkSchemes.All.Select(scheme => $"  {scheme.Usage}: {scheme.Help}"))
            + "\nOf several sources a folder, or a name in which a star stands for that of each: 'annotated/*.mp4'",
    };
    private readonly Option<string?> _subtitles = new("--subtitles") { Description = $"Also write the labels over time: {SubtitleFile.Usage}" };
    private readonly Option<string?> _summary = new("--summary") { Description = "Also draw which class was the best when: summary.png" };
    private readonly Option<string?> _codec = new("--codec") { Description = $"Codec of a video: {string.Join(", ", SinkSchemes.Codecs)}; the usual one of its container when left out" };
    private readonly Option<int?> _crf = new("--crf") { Description = "Constant rate factor: the lower, the better and larger; of h264 and hevc 0 to 51, of vp9 and av1 0 to 63" };
    private readonly Option<int> _every = new("--every") { Description = "Explain every n-th frame only, and hold its map between", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _each = new("--each") { Description = "Each file of a folder or a glob into files of its own" };
    private readonly Option<bool> _force = ForceOption.Create();
    private readonly Option<bool> _resume = new("--resume") { Description = "Continue a run that was interrupted; what is complete stays" };
    private readonly Option<bool> _singleThread = new("--single-thread") { Description = "Take all steps in turn on one thread: slower, the same result" };

    public AnnotateOptions(Command command)
    {
        foreach (var option in new Option[] { _output, _subtitles, _summary, _codec, _crf, _every, _each, _force, _resume, _singleThread })
            command.Add(option);
    }

    public AnnotationFiles Files(ParseResult parsed, RunOptions run) =>
        new(parsed.GetValue(_output), run.Data(parsed), run.Boxes(parsed), parsed.GetValue(_subtitles), parsed.GetValue(_summary));

    public string? Codec(ParseResult parsed) => parsed.GetValue(_codec);

    public bool IsEach(ParseResult parsed) => parsed.GetValue(_each);

    public bool MayReplace(ParseResult parsed) => parsed.GetValue(_force) || parsed.GetValue(_resume);

    /// <summary>Whether a run to be continued has nothing left to do: its files are there, and no journal. Throws where what is there cannot be what was written.</summary>
    public bool IsDone(ParseResult parsed, AnnotationFiles files)
    {
        var isDone = parsed.GetValue(_resume) && !parsed.GetValue(_force) && files.Lasting.Any() && !File.Exists(AnnotationJournal.PathFor(files)) && files.All.All(OutputPath.Exists);
        if (isDone && File.Exists(files.Output))
            files.MustBeReadable();
        return isDone;
    }

    /// <summary>Refuses a codec or a quality that cannot be, before anything is opened.</summary>
    public void CheckCodec(ParseResult parsed, AnnotationFiles files)
    {
        if (files.Output is { } output)
            SinkSchemes.Check(output, new SinkOptions { Codec = Codec(parsed), Crf = parsed.GetValue(_crf) });
        else if ((Codec(parsed) ?? parsed.GetValue(_crf)?.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } codec)
            throw new LiveCamException("Cannot encode", codec, "no video is written", "Name one with --out");
    }

    public OfflineRun Refine(ParseResult parsed, RunOptions run, OfflineRun offline) => offline with
    {
        Scene = run.Scene(parsed),
        Limit = run.Frames(parsed),
        SingleThread = parsed.GetValue(_singleThread),
        Codec = Codec(parsed),
        Crf = parsed.GetValue(_crf),
        Every = Every(parsed.GetValue(_every)),
    };

    private static int Every(int frames) => frames > 0 ? frames
        : throw new LiveCamException("Cannot explain", $"--every {frames}", "there would be nothing to do", "Give a number above 0, or leave it out");

    /// <summary>A journal is kept for what can be read again.</summary>
    public JournalWish? Journal(ParseResult parsed, SourceArguments source, FrameSource opened)
    {
        if (opened.IsLive || opened.Name == "-")
            return !parsed.GetValue(_resume) ? null
                : throw new LiveCamException("Cannot continue", opened.Name, "it cannot be read again from its beginning", "Leave --resume out");
        var sources = source.Names(parsed);
        return new JournalWish(parsed.GetValue(_resume),
            [.. parsed.Tokens.Select(token => token.Value).Where(word => word is not ("--resume" or "--force" or "--single-thread") && !sources.Contains(word))]);
    }
}
