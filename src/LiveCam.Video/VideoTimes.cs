using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video;

/// <summary>When the pictures of a video file are due, as the file itself says; read without decoding, by ffmpeg.</summary>
public sealed class VideoTimes
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly double _tick;
    private readonly List<long> _ticks;
    private readonly List<long> _keys;

    private VideoTimes(double tick, List<long> ticks, List<long> keys) => (_tick, _ticks, _keys) = (tick, ticks, keys);

    /// <summary>Pictures in the file.</summary>
    public int Count => _ticks.Count;

    /// <summary>When the first picture is due, from the beginning of the file, whose sound may begin before.</summary>
    public TimeSpan Delay => TimeSpan.FromSeconds(Math.Max(0, _ticks[0] * _tick));

    /// <summary>Pictures a second on the average.</summary>
    public double MeanRate => Count > 1 && _ticks[^1] > _ticks[0] ? (Count - 1) / ((_ticks[^1] - _ticks[0]) * _tick) : 0;

    /// <summary>Numbers of the pictures that can be decoded without those before them, ascending; the first is 0 in a whole file.</summary>
    public IReadOnlyList<long> KeyPictures => _keys;

    /// <summary>When a picture is due, from the first; null for a number beyond the last.</summary>
    public TimeSpan? At(long number) => number < Count ? TimeSpan.FromSeconds((_ticks[(int)number] - _ticks[0]) * _tick) : null;

    /// <summary>Reads them; null where there is no ffmpeg, no video, or pictures without a time.</summary>
    /// <param name="path">A file on disk.</param>
    public static VideoTimes? Of(string path)
    {
        if (FfmpegProgram.FindPath() is null || !File.Exists(path))
            return null;
        string[] arguments = ["-nostats", "-loglevel", "quiet", "-i", "file:" + path, "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "pipe:1"];
        using var ffmpeg = FfmpegProgram.Start("Cannot read the times of", path, arguments, FfmpegPipes.Output);
        using var reader = new StreamReader(ffmpeg.Pipe);
        var (tick, ticks, keys) = (0.0, new List<long>(), new List<long>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("#tb 0: ", StringComparison.Ordinal) && line[7..].Split('/') is [var over, var under])
                tick = double.Parse(over, CultureInfo.InvariantCulture) / double.Parse(under, CultureInfo.InvariantCulture);
            // stream, dts, pts, duration, size, checksum[, flags unless it is a key picture and nothing else]
            if (line.StartsWith('#') || line.Split(',', StringSplitOptions.TrimEntries) is not { Length: >= 6 } parts)
                continue;
            var time = long.Parse(parts[2], CultureInfo.InvariantCulture);
            if (time == long.MinValue)
                return null;
            if (parts.Length == 6)
                keys.Add(ticks.Count);
            ticks.Add(time);
        }
        ffmpeg.WaitForExit(Patience);
        // Packets come in the order of decoding.
        ticks.Sort();
        return tick > 0 && ticks.Count > 0 ? new VideoTimes(tick, ticks, keys) : null;
    }

    /// <summary>Whether the pictures are due at equal distances, as closely as the file's clock can tell.</summary>
    /// <param name="rate">Pictures a second.</param>
    public bool IsConstant(double rate)
    {
        var tolerance = Math.Max(1.01 * _tick, 0.0005);
        for (var i = 0; i < Count; i++)
            if (Math.Abs((_ticks[i] - _ticks[0]) * _tick - i / rate) > tolerance)
                return false;
        return true;
    }
}
