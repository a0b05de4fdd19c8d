using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Tests.Video;
using LiveCam.Video.Sources;
using LiveCam.Video.Takes;

namespace LiveCam.Tests.Takes;

/// <summary>A take: what is recorded, what is read again, and what is made of it.</summary>
public sealed class TakeTests : IDisposable
{
    private const int Count = 40;
    private const string Source = "pattern:dog+cat?size=320x240&fps=30&frames=40&speed=3";

    private readonly string _folder = Repository.NewFolder();
    private readonly FramePool _pool = new();

    public TakeTests() => Tools.NeedFfmpeg();

    public void Dispose() => _pool.Dispose();

    /// <summary>Every picture is in the video and in the evidence, and the maps are those of an explainer alone, to what 8 bits can hold.</summary>
    [Theory]
    [InlineData("top")]
    [InlineData("cat,dog-cat")]
    public void Evidence_is_what_an_explainer_finds(string classes)
    {
        var take = Record(Source, classes);
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        Assert.Equal((Count, Count, true, 0L), (evidence.Frames, evidence.Pictures.Count, evidence.IsComplete, evidence.DamagedBytes));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => ((long)i, (long)i, 1)), evidence.Pictures.Select(picture => (picture.Index, picture.Sequence, picture.Times)));
        Assert.Equal(("emoji", 320, 240, 30.0, Source), (evidence.Header.Model, evidence.Header.Width, evidence.Header.Height, evidence.Header.Rate, evidence.Header.Source));
        Assert.Equal(Network.Open("emoji").Sha256, evidence.Header.ModelSha256);
        var context = Assert.Single(evidence.Contexts);
        Assert.Equal(("gradcam++", "features", classes), (context.Method, context.Layer, context.Classes));
        using var source = SourceSchemes.Open(Source, new SourceOptions());
        using var explainer = Explainer(classes);
        for (var i = 0; i < Count; i++)
        {
            source.Read(_pool, out var frame);
            using (frame)
            {
                var found = evidence.Read(i);
                using var expected = explainer.Explain(frame!);
                Assert.Equal(expected.Top.ToArray().Select(score => (score.Index, score.Logit, score.Probability)), found.Top);
                Assert.Equal((expected.Region, expected.TargetCount), (found.Region, found.Targets));
                for (var target = 0; target < found.Targets; target++)
                    AssertMap(expected.Map(target).ToArray(), expected.Targets[target], found.Maps[target]);
                // The five best classes are there, whoever was explained.
                Assert.Subset(found.Maps.Where(map => map.Against < 0).Select(map => map.Class).ToHashSet(), found.Top.Select(top => top.Class).ToHashSet());
                using var best = Explainer(found.Top[3].Class.ToString(System.Globalization.CultureInfo.InvariantCulture));
                if (i % 20 != 0)
                    continue;
                using var fourth = best.Explain(frame!);
                AssertMap(fourth.Map(0).ToArray(), fourth.Targets[0], found.Maps.Single(map => map.Class == found.Top[3].Class && map.Against < 0));
            }
        }
        Assert.InRange(new FileInfo(TakeFiles.EvidenceOf(take)).Length / (Count / 30.0), 1000, 100_000);
    }

    /// <summary>The reader of docs/take-format.md, in Python with NumPy, gives the same numbers to the bit.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Python_reads_the_same_maps(bool isHalf)
    {
        Assert.SkipUnless(SystemPython.Has("numpy"), "needs Debian's python3-numpy");
        var path = Path.Combine(_folder, "take.evidence");
        using (var source = SourceSchemes.Open(Source, new SourceOptions()))
        using (var explainer = Explainer("dog,cat-dog", topMaps: 5))
        using (var writer = new EvidenceWriter(path, Header()) { IsHalf = isHalf })
            for (var i = 0; i < 10; i++)
            {
                source.Read(_pool, out var frame);
                using (frame)
                using (var explanation = explainer.Explain(frame!))
                    writer.Write(explanation, new EvidenceContext("gradcam++", "Grad-CAM++", "features", "dog,cat-dog", Exactness.Exact));
            }
        using var evidence = new EvidenceReader(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < evidence.Frames; i++)
        {
            var found = evidence.Read(i);
            foreach (var map in found.Maps)
            {
                Assert.True(map.State != MapState.Evidence || Math.Abs(map.Values.Max() - map.Maximum) <= 1e-6f * map.Maximum);
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(map.Values.Length > 0 ? map.Values : new float[found.Width * found.Height]));
            }
        }
        var program = $"import sys, hashlib; sys.path.insert(0, {JsonValue.Create(Repository.PathOf("docs")).ToJsonString()}); import read_take\n"
            + "h = hashlib.sha256()\nfor kind, r in read_take.read(sys.argv[1]):\n  if kind == 'E':\n    for m in r['maps']: h.update(m[6].astype('<f4').tobytes())\nprint(h.hexdigest())";
        var (code, output, error) = SystemPython.Run("-B", "-c", program, path);
        Assert.True(code == 0, error);
        Assert.Equal(Convert.ToHexStringLower(hash.GetHashAndReset()), output.Trim());
    }

    /// <summary>What was recorded is drawn again without the network; what was not is explained anew, and the summary says which.</summary>
    [Theory]
    [InlineData("take.mkv")]
    [InlineData("take.mp4")]
    public void A_take_is_rendered_by_its_evidence_as_far_as_that_goes(string name)
    {
        var take = RecordTo(name, Source, "top");
        var (recorded, again, other) = (Render(take, "a"), Render(take, "b", "--class", "top2"), Render(take, "c", "--method", "layercam"));
        Assert.Contains($"{Count} pictures by the evidence recorded with emoji, 0 explained anew", recorded.Output, StringComparison.Ordinal);
        Assert.Contains($"{Count} pictures by the evidence recorded with emoji, 0 explained anew", again.Output, StringComparison.Ordinal);
        Assert.Contains($"0 pictures by the evidence recorded with emoji, {Count} explained anew", other.Output, StringComparison.Ordinal);
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        for (var i = 0; i < Count; i++)
        {
            var found = evidence.Read(i);
            var (one, two) = (recorded.Records[i]["targets"]!.AsArray(), again.Records[i]["targets"]!.AsArray());
            Assert.Equal((1, 2), (one.Count, two.Count));
            Assert.Equal(found.Maps[0].Values, Values(one[0]!));
            Assert.Equal(found.Maps.Single(map => map.Class == found.Top[1].Class).Values, Values(two[1]!));
            Assert.Equal("LayerCAM", (string)other.Records[i]["method"]!);
        }
        Assert.Equal(Count, FramesOf(Path.Combine(_folder, "a.mp4")));
    }

    /// <summary>Sent anywhere, the video of a take gives the picture that it gives there in turn.</summary>
    [Theory]
    [InlineData("take.mkv")]
    [InlineData("take.mp4")]
    public void A_take_is_sought_to_the_picture(string name)
    {
        var take = RecordTo(name, Source, "top");
        using var source = SourceSchemes.Open(take, new SourceOptions());
        var inTurn = Enumerable.Range(0, Count).Select(_ => Read(source)).ToArray();
        Assert.Equal(Count, inTurn.Distinct().Count());
        using var sought = SourceSchemes.Open(take, new SourceOptions());
        Assert.True(sought.CanSeek);
        foreach (var number in new[] { 7, 0, 39, 38, 31, 30, 29, 1, 15 })
        {
            sought.Seek(number);
            Assert.Equal(inTurn[number], Read(sought));
        }
    }

    /// <summary>Another thing before the camera is a mark, and a chapter of the video.</summary>
    [Fact]
    public void A_label_that_flips_is_marked()
    {
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        foreach (var (name, thing) in new[] { ("1", "banana"), ("2", "banana"), ("3", "dog"), ("4", "dog"), ("5", "dog"), ("6", "banana") })
            Setup.Draw($"pattern:{thing}?size=320x240", Path.Combine(pictures, name + ".png"));
        var take = Record(pictures, "top", "--fps", "2");
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        Assert.Equal([(2L, "flip", "banana → dog"), (5L, "flip", "dog → banana")], evidence.Marks.Select(mark => (mark.Sequence, mark.Kind, mark.Text)));
        Assert.Equal([2L, 5L], evidence.Marks.Select(mark => evidence.PictureOf(mark.Sequence)));
        var chapters = Tools.Chapters(take);
        Assert.Equal(["1.000000 banana → dog", "2.500000 dog → banana"], chapters);
    }

    /// <summary>Records cut off at any byte, or damaged at any byte: every record before it is whole, and those behind it too.</summary>
    [Fact]
    public void Damage_costs_the_record_it_is_in()
    {
        var path = TakeFiles.EvidenceOf(Record(Source, "top"));
        var whole = File.ReadAllBytes(path);
        var random = new Random(5);
        var damaged = Path.Combine(_folder, "damaged.evidence");
        for (var i = 0; i < 200; i++)
        {
            // Behind the header, without which nothing can be said.
            var at = random.Next(3000, whole.Length);
            var bytes = i % 2 == 0 ? whole[..at] : [.. whole];
            if (i % 2 == 1)
                bytes[at] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(damaged, bytes);
            using var evidence = new EvidenceReader(damaged);
            for (var frame = 0; frame < evidence.Frames; frame++)
                Assert.Equal(5, evidence.Read(frame).Top.Count);
            if (i % 2 == 1)
                Assert.InRange(evidence.Frames + evidence.Pictures.Count + evidence.Marks.Count + (evidence.IsComplete ? 1 : 0), 2 * Count, 2 * Count + 20);
            else
                Assert.InRange(evidence.WholeBytes, at - 3000, at);
        }
    }

    /// <summary>Where evidence was lost, at the end or in the middle, pictures are explained anew: none gets the map of another.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_lost_is_explained_anew(bool isCut)
    {
        var take = Record(Source, "top");
        var whole = Render(take, "whole").Records;
        var path = TakeFiles.EvidenceOf(take);
        var bytes = File.ReadAllBytes(path);
        if (!isCut)
            bytes.AsSpan(bytes.Length / 2, 5000).Clear();
        File.WriteAllBytes(path, isCut ? bytes[..(bytes.Length * 6 / 10)] : bytes);
        int left;
        using (var evidence = new EvidenceReader(path))
            left = evidence.Frames;
        Assert.InRange(left, 5, Count - 2);
        var (output, records) = Render(take, "lost");
        var said = System.Text.RegularExpressions.Regex.Match(output, "([0-9]+) pictures by the evidence recorded with emoji, ([0-9]+) explained anew");
        var (kept, anew) = (int.Parse(said.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), int.Parse(said.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));
        // A picture's own record may be lost, and its evidence not.
        Assert.InRange(kept, left - 6, left);
        Assert.Equal(Count, kept + anew);
        // The video is compressed: what is explained anew is nearly what was recorded, and what was recorded is that to the bit.
        double[] was = [.. whole.Select(Best)], now = [.. records.Select(Best)];
        Assert.Equal(Count, was.Distinct().Count());
        Assert.Equal(kept, was.Zip(now).Count(pair => pair.First == pair.Second));
        Assert.All(was.Zip(now), pair => Assert.InRange(pair.Second, pair.First - 0.1, pair.First + 0.1));
        Assert.Equal(Count, now.Distinct().Count());

        static double Best(JsonNode record) => (double)record["top"]![0]!["probability"]!;

        var told = LiveCamProgram.Run(_folder, ["recover", "take.mkv", "--check"]).Output;
        Assert.Contains(isCut ? "The recording was cut off" : "ended in good order, and damaged since", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_take_and_what_is_rendered_of_it_are_written_over_only_when_that_is_wanted()
    {
        var take = Record("pattern:dog?size=160x120&frames=5", "top");
        var bytes = File.ReadAllBytes(take);
        string[] again = ["view", "pattern:cat?size=160x120&frames=9", "--headless", "--record", "take.mkv"];
        var refused = LiveCamProgram.Run(_folder, again);
        Assert.Equal((1, "Cannot write 'take.mkv': it is there already. Add --force to replace it, or choose another name."), (refused.ExitCode, refused.Error.Trim()));
        Assert.Equal(bytes, File.ReadAllBytes(take));
        Render(take, "talk");
        refused = LiveCamProgram.Run(_folder, ["render", take, "--out", "talk.mp4"]);
        Assert.Equal((1, "Cannot write 'talk.mp4': it is there already. Add --force to replace it, or choose another name."), (refused.ExitCode, refused.Error.Trim()));
        Assert.Equal(0, LiveCamProgram.Run(_folder, [.. again, "--force"]).ExitCode);
        using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(take));
        Assert.Equal(9, evidence.Frames);
    }

    /// <summary>Whole evidence of a video that is gone is not a take without faults.</summary>
    [Fact]
    public void A_video_that_is_lost_is_told()
    {
        var take = Record("pattern:dog?size=160x120&frames=5", "top");
        using (var file = new FileStream(take, FileMode.Open))
            file.SetLength(200);
        var told = LiveCamProgram.Run(_folder, ["recover", "take.mkv"]);
        Assert.Equal(1, told.ExitCode);
        Assert.Contains("The video is lost", told.Output, StringComparison.Ordinal);
        Assert.Contains("There is nothing that could be repaired", told.Output, StringComparison.Ordinal);
        Assert.Contains("evidence of 5 frames", told.Output, StringComparison.Ordinal);
    }

    private string Record(string source, string classes, params string[] more) => RecordTo("take.mkv", source, classes, more);

    private string RecordTo(string name, string source, string classes, params string[] more)
    {
        var made = LiveCamProgram.Run(_folder, ["view", source, "--headless", "--record", name, "--class", classes, .. more]);
        Assert.True(made.ExitCode == 0, made.Error);
        return Path.Combine(_folder, name);
    }

    private (string Output, JsonNode[] Records) Render(string take, string name, params string[] more)
    {
        var made = LiveCamProgram.Run(_folder, ["render", take, "--out", $"{name}.mp4", "--data", $"{name}.jsonl", .. more]);
        Assert.True(made.ExitCode == 0, made.Error);
        return (made.Output, [.. File.ReadLines(Path.Combine(_folder, $"{name}.jsonl")).Select(line => JsonNode.Parse(line)!)]);
    }

    private static Explainer Explainer(string classes, int topMaps = 0)
    {
        var network = Network.Open("emoji");
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", "auto", classes);
        parameters.TopMaps.Value = topMaps;
        return new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
    }

    private static int FramesOf(string video) => int.Parse(Tools.Probe(video, "nb_read_frames").Split('\n')[0].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);

    private string Read(FrameSource source)
    {
        Assert.Equal(ReadResult.Frame, source.Read(_pool, out var frame));
        using (frame)
            return Convert.ToHexString(SHA256.HashData(frame!.Pixels));
    }

    private static TakeHeader Header() => new("emoji", "", "", ["dog"], "pattern:", "take.mkv", 30, 320, 240, DateTimeOffset.UnixEpoch, new Dictionary<string, string>());

    private static float[] Values(JsonNode target) => [.. target["map"]!["values"]!.AsArray().Select(value => (float)value!)];

    private static void AssertMap(float[] expected, Explanation.Target target, RecordedMap found)
    {
        Assert.Equal((target.Class.Index, target.Against?.Index ?? -1, target.State, target.Maximum), (found.Class, found.Against, found.State, found.Maximum));
        if (target.State != MapState.Evidence)
            return;
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(Math.Abs(expected[i] - found.Values[i]), 0, 0.501f / 255 * target.Maximum);
    }
}
