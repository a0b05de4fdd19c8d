using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>What <c>--boxes</c> writes, read again and compared with what the explainer finds.</summary>
public class BoxFileTests
{
    private const string Dogs = "pattern:dog*3?size=320x240&frames=6";

    [Fact]
    public void Coco_holds_every_box_in_pixels_with_its_image_and_class()
    {
        var path = Path.Combine(Repository.NewFolder(), "new", "boxes.json");
        Annotate(Dogs, path);
        var coco = JsonNode.Parse(File.ReadAllText(path))!;
        var expected = Expected(Dogs);
        Assert.Equal(6, expected.Count);
        Assert.Equal(expected.Sum(boxes => boxes.Length), coco["annotations"]!.AsArray().Count);
        Assert.Equal([1, 2, 3, 4, 5, 6], coco["images"]!.AsArray().Select(image => (int)image!["id"]!));
        Assert.All(coco["images"]!.AsArray(), image => Assert.Equal((320, 240), ((int)image!["width"]!, (int)image["height"]!)));
        Assert.Equal("00002.png", (string)coco["images"]![2]!["file_name"]!);
        Assert.Equal(65, coco["categories"]!.AsArray().Count);
        var annotations = coco["annotations"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, annotations.Count), annotations.Select(annotation => (int)annotation!["id"]!));
        for (var image = 0; image < expected.Count; image++)
        {
            var written = annotations.Where(annotation => (int)annotation!["image_id"]! == image + 1).ToList();
            Assert.Equal(expected[image].Length, written.Count);
            for (var i = 0; i < written.Count; i++)
            {
                var (box, bbox) = (expected[image][i], written[i]!["bbox"]!.AsArray());
                Assert.Equal(box.X * 320, (double)bbox[0]!, 0.006);
                Assert.Equal(box.Y * 240, (double)bbox[1]!, 0.006);
                Assert.Equal(box.Width * 320, (double)bbox[2]!, 0.006);
                Assert.Equal(box.Height * 240, (double)bbox[3]!, 0.006);
                Assert.Equal((double)bbox[2]! * (double)bbox[3]!, (double)written[i]!["area"]!, 0.006);
                Assert.Equal(box.Score, (float)written[i]!["score"]!);
                Assert.Equal("dog", (string)coco["categories"]![(int)written[i]!["category_id"]!]!["name"]!);
            }
        }
    }

    [Fact]
    public void Yolo_holds_a_file_a_picture_with_shares_of_its_size()
    {
        var folder = Path.Combine(Repository.NewFolder(), "labels");
        Annotate(Dogs, folder + "/");
        var expected = Expected(Dogs);
        Assert.Equal(7, Directory.GetFiles(folder).Length);
        Assert.Equal("dog", File.ReadAllLines(Path.Combine(folder, "classes.txt"))[0]);
        for (var image = 0; image < expected.Count; image++)
        {
            var lines = File.ReadAllLines(Path.Combine(folder, $"{image:D5}.txt"));
            Assert.Equal(expected[image].Length, lines.Length);
            for (var i = 0; i < lines.Length; i++)
            {
                var (box, numbers) = (expected[image][i], lines[i].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray());
                double[] want = [0, box.X + box.Width / 2, box.Y + box.Height / 2, box.Width, box.Height];
                Assert.Equal(5, numbers.Length);
                for (var n = 0; n < 5; n++)
                    Assert.Equal(want[n], numbers[n], 1e-6);
            }
        }
    }

    [Fact]
    public void An_interrupted_run_leaves_a_whole_file()
    {
        using var stop = new CancellationTokenSource();
        using var source = new InterruptedSource(stop);
        using var setup = Setup.Open();
        var path = Path.Combine(Repository.NewFolder(), "boxes.json");
        using var run = Annotation.Run(source, setup, null, null, path, offline => offline, stop.Token);
        Assert.Equal(InterruptedSource.Frames, JsonNode.Parse(File.ReadAllText(path))!["images"]!.AsArray().Count);
    }

    [Fact]
    public void A_run_that_fails_leaves_what_it_had()
    {
        using var source = new InterruptedSource(null);
        using var setup = Setup.Open();
        var path = Path.Combine(Repository.NewFolder(), "boxes.json");
        Assert.Throws<LiveCamException>(() => Annotation.Run(source, setup, null, null, path, offline => offline, CancellationToken.None));
        Assert.Equal(InterruptedSource.Frames, JsonNode.Parse(File.ReadAllText(path))!["images"]!.AsArray().Count);
    }

    [Fact]
    public void A_live_run_writes_what_it_explained()
    {
        var path = Path.Combine(Repository.NewFolder(), "boxes.json");
        using var setup = Setup.Open();
        using var session = new LiveSession(new LiveSettings { Headless = true, Frames = 20, Boxes = path },
            SourceSchemes.Open("pattern:dog?size=160x120&fps=60", new SourceOptions()), setup);
        session.Run(CancellationToken.None);
        var images = JsonNode.Parse(File.ReadAllText(path))!["images"]!.AsArray();
        Assert.Equal(session.Explained, images.Count);
        Assert.True(images.Count > 0);
    }

    [Fact]
    public void Pictures_are_called_by_their_names_and_one_picture_may_be_one_file()
    {
        var folder = Repository.NewFolder();
        Assert.Equal(0, LiveCamProgram.Run(folder, "annotate", "pattern:dog?frames=1", "--out", "in/rex.png", "--set", "hud.visible=off", "--set", "heatmap.view=picture").ExitCode);
        Assert.Equal(0, LiveCamProgram.Run(folder, "explain", "in/rex.png", "--boxes", "rex.txt", "--set", "boxes.threshold=0.3").ExitCode);
        Assert.Equal(0, LiveCamProgram.Run(folder, "annotate", "in", "--boxes", "labels", "--set", "boxes.threshold=0.3").ExitCode);
        Assert.Equal(0, LiveCamProgram.Run(folder, "explain", "in/rex.png", "--boxes", "rex.json", "--out", "why.png", "--set", "boxes.visible=on").ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "labels", "rex.txt")), File.ReadAllText(Path.Combine(folder, "rex.txt")));
        using var coco = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "rex.json")));
        Assert.Equal("rex.png", coco.RootElement.GetProperty("images")[0].GetProperty("file_name").GetString());
        var (wide, narrow) = (File.ReadAllText(Path.Combine(folder, "rex.txt")).Split(' '), coco.RootElement.GetProperty("annotations")[0].GetProperty("bbox"));
        Assert.True(double.Parse(wide[3], CultureInfo.InvariantCulture) * 640 > narrow[2].GetDouble());
    }

    private static void Annotate(string pattern, string boxes)
    {
        using var source = SourceSchemes.Open(pattern, new SourceOptions());
        using var setup = Setup.Open();
        using var run = Annotation.Run(source, setup, null, null, boxes, offline => offline, CancellationToken.None);
        Assert.Equal(0, run.Outstanding);
    }

    private static List<BoundingBox[]> Expected(string pattern)
    {
        var boxes = new List<BoundingBox[]>();
        using var pool = new FramePool();
        using var source = SourceSchemes.Open(pattern, new SourceOptions());
        using var setup = Setup.Open();
        while (source.Read(pool, out var frame) == ReadResult.Frame)
        {
            using (frame)
            using (var explanation = setup.Explainer.Explain(frame!))
                boxes.Add(explanation.Boxes.ToArray());
        }
        return boxes;
    }

    /// <summary>After some frames the user has enough, or the tape tears.</summary>
    private sealed class InterruptedSource(CancellationTokenSource? stop) : FrameSource
    {
        public const int Frames = 5;

        private int _read;

        public override string Name => "interrupted";

        public override bool IsLive => false;

        public override ReadResult Read(FramePool pool, out Frame? frame)
        {
            if (_read == Frames)
                throw new LiveCamException("Cannot read", Name, "the tape tore", "Mend it");
            frame = pool.Rent(160, 120);
            frame.Pixels.Fill(90);
            frame.Sequence = _read++;
            if (_read == Frames)
                stop?.Cancel();
            return ReadResult.Frame;
        }
    }
}
