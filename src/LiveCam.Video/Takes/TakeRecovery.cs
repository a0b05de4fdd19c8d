using System.Globalization;
using LiveCam.Core;
using LiveCam.Video.Sinks;

namespace LiveCam.Video.Takes;

/// <summary>What there is of a take, whatever ended its recording, and what can be mended of it. Nothing whole is ever taken away.</summary>
public sealed class TakeRecovery
{
    private readonly string _video;
    private readonly long _wholeBytes;
    private readonly long _length;
    private readonly IReadOnlyList<Mark> _marks;
    private readonly double _rate;
    private readonly TimeSpan _start;

    private TakeRecovery(string video, EvidenceReader evidence, long length)
    {
        (_video, _wholeBytes, _length, _marks, _rate) = (video, evidence.WholeBytes, length, evidence.Marks, evidence.Header.Rate);
        _start = evidence.Pictures.Count > 0 ? evidence.Pictures[0].Time : TimeSpan.Zero;
        (Frames, PicturesInEvidence, IsComplete, DamagedBytes) = (evidence.Frames, evidence.Pictures.Sum(picture => (long)picture.Times), evidence.IsComplete, evidence.DamagedBytes);
        Pictures = File.Exists(video) ? VideoCount.Of(video) : 0;
    }

    /// <summary>Pictures that can be played.</summary>
    public long Pictures { get; }

    /// <summary>Pictures that the evidence says were handed to the video.</summary>
    public long PicturesInEvidence { get; }

    /// <summary>Frames whose evidence is whole.</summary>
    public int Frames { get; }

    /// <summary>Whether the recording was completed.</summary>
    public bool IsComplete { get; }

    /// <summary>Bytes of the evidence that belong to no whole record.</summary>
    public long DamagedBytes { get; }

    /// <summary>Whether pictures were recorded, and none can be played.</summary>
    public bool IsLost => Pictures == 0 && PicturesInEvidence > 0;

    /// <summary>What there is, a line each.</summary>
    public IEnumerable<string> Findings
    {
        get
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{_video}: {Pictures} pictures, {Pictures / _rate:F1} s; evidence of {Frames} frames, {_marks.Count} marks");
            yield return !IsComplete ? "The recording was cut off" : DamagedBytes > 0 || IsLost ? "The recording was ended in good order, and damaged since" : "The recording was ended in good order, or was repaired";
            if (DamagedBytes > 0)
                yield return $"{DamagedBytes} bytes of the evidence belong to no whole record and are passed over";
            if (IsLost)
                yield return "The video is lost: none of its pictures can be read. The evidence is not: its readers (docs/take-format.md) need no pictures";
            else if (Pictures < PicturesInEvidence)
                yield return $"The last {PicturesInEvidence - Pictures} pictures of the evidence are not in the video";
        }
    }

    /// <summary>Looks at a take. Throws <see cref="LiveCamException"/> when not even the head of its evidence is there.</summary>
    public static TakeRecovery Of(string video)
    {
        var path = TakeFiles.EvidenceOf(video);
        using var evidence = new EvidenceReader(path);
        return new TakeRecovery(video, evidence, new FileInfo(path).Length);
    }

    /// <summary>Cuts off what was being written when the recording ended, and lays the video out anew with its length, an index and its chapters; returns what was
    /// done, a line each.</summary>
    public IReadOnlyList<string> Repair()
    {
        var done = new List<string>();
        if (_wholeBytes < _length)
        {
            using var file = new FileStream(TakeFiles.EvidenceOf(_video), FileMode.Open, FileAccess.Write);
            file.SetLength(_wholeBytes);
            done.Add($"Cut {_length - _wholeBytes} bytes of an unfinished record off the evidence");
        }
        if (IsComplete || Pictures == 0 || VideoFormat.Of(_video) is not { } format)
            return done.Count > 0 ? done : [IsLost ? "There is nothing that could be repaired" : "There is nothing to repair"];
        string? problem = null;
        var options = new SinkOptions { FrameRate = _rate, Notify = text => problem = text };
        new VideoFinish(_video, _video, format, options, [.. _marks.Select(mark => new Chapter(TimeSpan.FromSeconds(mark.Time) - _start, mark.Text)).Where(chapter => chapter.From >= TimeSpan.Zero)]).Run(TimeSpan.FromSeconds(Pictures / _rate));
        if (problem is null)
            EvidenceWriter.End(TakeFiles.EvidenceOf(_video));
        done.Add(problem ?? $"Laid {_video} out anew, with its length, an index and {_marks.Count} chapters");
        return done;
    }
}
