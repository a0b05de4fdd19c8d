using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Tests.Video;

namespace LiveCam.Tests.Annotate;

/// <summary>What annotate writes beside pictures agrees with its records, and several sources in one call get files of their own.</summary>
public sealed class AnnotateFilesTests : VideoTest
{
    private const string Numpy = """
        import json, sys, numpy as np
        z = np.load(sys.argv[1]); records = [json.loads(line) for line in open(sys.argv[2])]
        same = lambda name, rows: np.array_equal(z[name], np.array(rows, z[name].dtype))
        maps = [[np.array(t["map"]["values"], np.float32).reshape(t["map"]["height"], t["map"]["width"]) for t in r["targets"]] for r in records]
        print(len(records), same("maps", maps), same("sequence", [r["sequence"] for r in records]), np.allclose(z["time"], [r["time"] for r in records], atol=1e-6),
              same("top_class", [[c["class"] for c in r["top"]] for r in records]), same("top_probability", [[c["probability"] for c in r["top"]] for r in records]),
              same("target_class", [[c["class"] for c in r["targets"]] for r in records]), same("target_maximum", [[c["maximum"] for c in r["targets"]] for r in records]),
              z["labels"][records[0]["top"][0]["class"]] == records[0]["top"][0]["label"])
        """;

    [Fact]
    public void Arrays_table_subtitles_and_boxes_say_what_the_records_say()
    {
        foreach (var name in new[] { "d.jsonl", "d.npz", "d.csv" })
            Run(["annotate", "pattern:?frames=200&size=320x240&fps=10", "--data", name, "--class", "top2", .. name == "d.csv" ? (string[])["--subtitles", "s.srt", "--boxes", "b.xml", "--summary", "t.png"] : []]);
        var records = File.ReadLines(In("d.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        if (SystemPython.Has("numpy"))
            Assert.Equal("200 True True True True True True True True", SystemPython.Run("-c", Numpy, In("d.npz"), In("d.jsonl")).Output.Trim());
        var rows = File.ReadAllLines(In("d.csv"));
        Assert.Equal(201, rows.Length);
        for (var i = 0; i < 200; i++)
        {
            var cells = rows[i + 1].Split(',');
            Assert.Equal(rows[0].Split(',').Length, cells.Length);
            Assert.Equal((string)records[i]["top"]![1]!["label"]!, cells[6]);
            Assert.Equal((float)records[i]["targets"]![0]!["maximum"]!, float.Parse(cells[12], CultureInfo.InvariantCulture));
        }
        var cues = File.ReadAllText(In("s.srt")).Trim().Split("\n\n").Select(cue => cue.Split('\n')).ToList();
        for (var i = 0; i < 200; i++)
        {
            var time = TimeSpan.FromSeconds((double)records[i]["time"]!);
            var cue = Assert.Single(cues, cue => At(cue[1], 0) <= time && time < At(cue[1], 1));
            var during = records.Where(record => At(cue[1], 0) <= TimeSpan.FromSeconds((double)record["time"]!) && TimeSpan.FromSeconds((double)record["time"]!) < At(cue[1], 1));
            Assert.Equal($"{records[i]["top"]![0]!["label"]} {Math.Round(100 * during.Average(record => (double)(float)record["top"]![0]!["probability"]!)):0} %", cue[2]);
        }
        Assert.All(cues.Zip(cues.Skip(1)), pair => Assert.True(LabelOf(pair.First[2]) != LabelOf(pair.Second[2]) && At(pair.First[1], 1) == At(pair.Second[1], 0)));
        static string LabelOf(string cue) => cue[..cue[..^2].LastIndexOf(' ')];
        var cvat = XDocument.Load(In("b.xml")).Root!;
        Assert.Equal(("1.1", 200), (cvat.Element("version")!.Value, cvat.Elements("image").Count()));
        var table = rows.Skip(1).Select(row => row.Split(',')).ToList();
        foreach (var (image, cells) in cvat.Elements("image").Zip(table))
        {
            var boxes = image.Elements("box").ToList();
            Assert.Equal(int.Parse(cells[13], CultureInfo.InvariantCulture), boxes.Count);
            if (cells[14].Length == 0)
                continue;
            Assert.Equal(cells[9], (string)boxes[0].Attribute("label")!);
            Assert.Equal(320 * float.Parse(cells[14], CultureInfo.InvariantCulture), (double)boxes[0].Attribute("xtl")!, 0.006);
            Assert.Equal(240 * (float.Parse(cells[15], CultureInfo.InvariantCulture) + float.Parse(cells[17], CultureInfo.InvariantCulture)), (double)boxes[0].Attribute("ybr")!, 0.006);
        }
    }

    [Fact]
    public void The_timeline_counts_what_the_records_count()
    {
        var output = Run("annotate", "pattern:?frames=200&size=320x240&fps=10", "--data", "d.jsonl", "--summary", "t.png", "--subtitles", "s.ass");
        string[] labels = [.. File.ReadLines(In("d.jsonl")).Select(line => (string)JsonNode.Parse(line)!["top"]![0]!["label"]!)];
        var flips = labels.Zip(labels.Skip(1)).Count(pair => pair.First != pair.Second);
        var most = labels.GroupBy(label => label).Max(group => group.Count());
        Assert.Contains($"200 frames, the best class changed {flips} times; ", output, StringComparison.Ordinal);
        Assert.Contains($" {most} ({100.0 * most / 200:0.#} %)", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(In("t.png")).Length > 2000);
        if (LiveCam.Video.FfmpegProgram.FindPath() is not null)
            Tools.Ffmpeg("-i", In("s.ass"), In("again.srt"));
    }

    [Fact]
    public void Every_third_frame_explained_is_a_third_of_the_records_under_all_pictures()
    {
        Run("annotate", "pattern:dog?frames=20&size=320x240", "--out", "all.mkv", "--codec", "ffv1", "--data", "all.jsonl");
        Run("annotate", "pattern:dog?frames=20&size=320x240", "--out", "third.mkv", "--codec", "ffv1", "--data", "third.jsonl", "--every", "3");
        Assert.Equal(20, new ProbedVideo(In("third.mkv")).Times.Length);
        Assert.Equal(File.ReadLines(In("all.jsonl")).Where((_, i) => i % 3 == 0), File.ReadLines(In("third.jsonl")));
    }

    [Fact]
    public void Several_sources_get_files_of_their_own_and_one_that_fails_keeps_none_from_it()
    {
        Run("annotate", "pattern:dog?frames=5&size=320x240", "--out", "in/a.mp4");
        Run("annotate", "pattern:cat?frames=6&size=320x240", "--out", "in/b.mkv");
        Run("annotate", "pattern:cat?frames=1&size=320x240", "--out", "c.png");
        File.WriteAllText(In("in/notes.txt"), "no picture");
        File.WriteAllText(In("in/broken.mp4"), "no film");
        var result = LiveCamProgram.Run(Folder, "annotate", "in/", "c.png", "--out", "out/", "--data", "out/*.jsonl");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("3 of 4 were annotated", result.Output, StringComparison.Ordinal);
        Assert.Equal("not annotated: Cannot open 'in/broken.mp4': it is a text, not a video. Choose another file.", result.Error.Trim());
        Assert.Equal(["a.jsonl", "a.mp4", "b.jsonl", "b.mkv", "c.jsonl", "c.png"], Directory.GetFiles(In("out")).Select(Path.GetFileName).Where(name => !name!.StartsWith("broken", StringComparison.Ordinal)).Order());
        Assert.Equal((5, 6), (new ProbedVideo(In("out/a.mp4")).Times.Length, new ProbedVideo(In("out/b.mkv")).Times.Length));
        // Names are kept, the container is the codec's where the source's does not hold it.
        Run("annotate", "in/?.m*", "--each", "--out", "pro/", "--codec", "prores");
        Assert.Equal(["a.mov", "b.mkv"], Directory.GetFiles(In("pro")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("a.mp4 --out b.mp4", "'b.mp4': it is there already. Add --force")]
    [InlineData("a.mp4 --out ./a.mp4 --force", "it is the source itself")]
    [InlineData("a.mp4 b.mp4 --out . --force", "it is the source itself")]
    [InlineData("a.mp4 b.mp4 --out x.mp4", "it is one file for several sources")]
    [InlineData("a.mp4 b.mp4 --data x.csv", "Let a star stand for the name of each, for example '*.csv'")]
    [InlineData("a.mp4 sub/a.mp4 --out x/", "'a.mp4' and 'sub/a.mp4' would both be written to it")]
    [InlineData("a.mp4 --out x.mp4 --codec prores", "a .mp4 holds no prores. prores goes into .mov, .mkv")]
    [InlineData("a.mp4 --out x.mp4 --codec h265", "'h265': it is no codec that LiveCam writes. Did you mean 'h264'")]
    [InlineData("a.mp4 --out x.mp4 --crf 60", "of h264 it is 0 to 51")]
    [InlineData("a.mp4 --out x.mkv --codec ffv1 --crf 6", "ffv1 has no constant rate factor")]
    [InlineData("a.mp4 --out x.png --codec h264", "only a video has a codec")]
    [InlineData("a.mp4 --out x.mp4 --every 0", "'--every 0'")]
    [InlineData("a.mp4 --subtitles x.txt", "'.txt' is no kind of subtitles")]
    [InlineData("a.mp4 --summary x.mp4", "'x.mp4': it is a picture")]
    [InlineData("sound.m4a --out x.mp4", "there is no picture in it")]
    public void What_cannot_be_is_refused_before_anything_is_explained(string words, string says)
    {
        File.WriteAllText(In("a.mp4"), "there");
        File.WriteAllText(In("b.mp4"), "there");
        Directory.CreateDirectory(In("sub"));
        File.WriteAllText(In("sub/a.mp4"), "there");
        if (words.Contains("sound", StringComparison.Ordinal))
            Tools.Ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", In("sound.m4a"));
        else if (words.Contains("--every", StringComparison.Ordinal) || words.Contains("--s", StringComparison.Ordinal))
            CountingFrames.Write(In("a.mp4"), 2);
        var result = LiveCamProgram.Run(Folder, ["annotate", .. words.Split(' ')]);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
        Assert.False(File.Exists(In("x.mp4")));
        Assert.Equal("there", words.Contains("b.mp4", StringComparison.Ordinal) ? File.ReadAllText(In("b.mp4")) : "there");
    }

    [Theory]
    [InlineData("h264", "mkv", 20)]
    [InlineData("hevc", "mov", 20)]
    [InlineData("vp9", "webm", 22)]
    [InlineData("av1", "mp4", 22)]
    [InlineData("prores", "mov", 20)]
    [InlineData("ffv1", "mkv", 0)]
    [InlineData("gif", "gif", 40)]
    public void A_codec_that_was_asked_for_is_the_one_in_the_file(string codec, string extension, int tolerance)
    {
        var source = CountingFrames.Write(In("counted.mkv"), 12, frameRate: 25);
        var output = Annotated.Run(source, In("out." + extension), run => run with { Codec = codec });
        var probed = new ProbedVideo(output);
        Assert.Equal((codec, 12, 25), ((string)probed.Video["codec_name"]!, probed.Times.Length, probed.Rate));
        using var opened = LiveCam.Video.Sources.SourceSchemes.Open(output, new LiveCam.Video.Sources.SourceOptions());
        var numbers = new List<int>();
        while (opened.Read(Pool, out var frame) == LiveCam.Core.ReadResult.Frame)
            using (frame)
                numbers.Add(CountingFrames.Read(frame!, Math.Max(tolerance, 12)));
        Assert.Equal(Enumerable.Range(0, 12), numbers);
    }

    private string In(string name) => Path.Combine(Folder, name);

    private string Run(params string[] words)
    {
        var result = LiveCamProgram.Run(Folder, words);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    /// <summary>Beginning (0) or end (1) of "00:00:01,500 --> 00:00:02,000".</summary>
    private static TimeSpan At(string times, int which) => TimeSpan.ParseExact(times.Split(" --> ")[which], @"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
}
