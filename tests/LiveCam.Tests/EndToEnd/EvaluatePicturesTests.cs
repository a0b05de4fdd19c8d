using System.Globalization;
using System.Text.Json.Nodes;
using LiveCam.Explain.Metrics;
using LiveCam.Pipeline.Evaluation;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary><c>livecam evaluate</c> over pictures: the table it keeps, what it comes to, and the report.</summary>
public sealed class EvaluatePicturesTests
{
    private readonly string _folder = Repository.NewFolder();

    private string Pictures(params string[] things)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        foreach (var (i, thing) in things.Index())
            Setup.Draw($"pattern:{thing}?size=160x120&seed={i + 1}", Path.Combine(folder, $"{i}-{thing}.png"));
        return folder;
    }

    private ProgramResult Evaluate(string source, string output, params string[] more)
    {
        var result = LiveCamProgram.Run(_folder, ["evaluate", source, "--methods", "gradcam++,gradcam", "--threads", "1", "--out", output, .. more]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    /// <summary>An evaluation that was cut off in the middle of a line goes on where it was, to the same bytes.</summary>
    [Fact]
    public void An_evaluation_is_gone_on_with()
    {
        var pictures = Pictures("dog", "cat", "banana");
        Evaluate(pictures, "whole");
        Evaluate(pictures, "parts", "--frames", "2");
        var table = Path.Combine(_folder, "parts", "images.csv");
        File.WriteAllText(table, File.ReadAllText(table)[..^40]);
        Assert.Contains("had been asked about before", Evaluate(pictures, "parts").Error, StringComparison.Ordinal);
        var (whole, parts) = (File.ReadAllLines(Path.Combine(_folder, "whole", "images.csv")), File.ReadAllLines(table));
        Assert.Equal(1 + 3 * 2, whole.Length);
        Assert.Equal(whole.Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
        var other = LiveCamProgram.Run(_folder, "evaluate", pictures, "--methods", "gradcam", "--out", "parts");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("an evaluation of other pictures, of another network or with other settings", other.Error, StringComparison.Ordinal);
    }

    /// <summary>Boxes of COCO, boxes of VOC and masks that say the same give the same numbers; the report stands on its own.</summary>
    [Fact]
    public void Boxes_and_masks_say_where_things_are()
    {
        var pictures = Pictures("dog", "cat");
        var (voc, masks) = (Directory.CreateDirectory(Path.Combine(_folder, "voc")).FullName, Directory.CreateDirectory(Path.Combine(_folder, "masks")).FullName);
        var coco = new JsonObject { ["images"] = new JsonArray(), ["annotations"] = new JsonArray() };
        foreach (var (i, file) in Directory.GetFiles(pictures).Order(StringComparer.Ordinal).Index())
        {
            var (x, y, width, height) = (40 + 8 * i, 20, 64, 72);
            coco["images"]!.AsArray().Add(new JsonObject { ["id"] = i, ["file_name"] = Path.GetFileName(file) });
            coco["annotations"]!.AsArray().Add(new JsonObject { ["image_id"] = i, ["bbox"] = new JsonArray(x, y, width, height) });
            File.WriteAllText(Path.Combine(voc, $"{i}.xml"), $"<annotation><filename>{Path.GetFileName(file)}</filename><object><bndbox><xmin>{x + 1}</xmin><ymin>{y + 1}</ymin><xmax>{x + width}</xmax><ymax>{y + height}</ymax></bndbox></object></annotation>");
            using var mask = new SkiaSharp.SKBitmap(160, 120);
            mask.Erase(SkiaSharp.SKColors.Black);
            mask.Erase(SkiaSharp.SKColors.White, SkiaSharp.SKRectI.Create(x, y, width, height));
            using var png = File.Create(Path.Combine(masks, Path.GetFileName(file)));
            mask.Encode(png, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }
        File.WriteAllText(Path.Combine(_folder, "boxes.json"), coco.ToJsonString());
        Evaluate(pictures, "a", "--boxes", "boxes.json", "--compare-paper");
        Evaluate(pictures, "b", "--boxes", "voc");
        Evaluate(pictures, "c", "--masks", "masks");
        var tables = new[] { "a", "b", "c" }.Select(name => File.ReadAllLines(Path.Combine(_folder, name, "images.csv"))).ToArray();
        Assert.Equal(tables[0], tables[1]);
        Assert.Equal(tables[0], tables[2]);
        Assert.All(tables[0].Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[16], CultureInfo.InvariantCulture), 0.2, 1));
        var report = File.ReadAllText(Path.Combine(_folder, "a", "report.html"));
        foreach (var words in new[] { "Loc(0.25)", "Average drop, per cent", "data:image/png;base64,", "data:image/jpeg;base64,", "not expected to be equal", "Smallest drop by gradcam++" })
            Assert.Contains(words, report, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", report, StringComparison.Ordinal);
        Assert.DoesNotContain("src='http", report, StringComparison.Ordinal);
    }

    /// <summary>A box is of the class it names: the others' do not count, and neither does a picture without one; a name that is no class is told and counts for every class.</summary>
    [Fact]
    public void Boxes_count_for_the_class_they_name()
    {
        var pictures = Pictures("dog", "cat");
        string[] files = [.. Directory.GetFiles(pictures).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file))];
        string[] categories = ["Dog", "cat", "kitty"];
        void Write(string name, bool withNames, params (int Picture, int Category, int X)[] boxes) => File.WriteAllText(Path.Combine(_folder, name), new JsonObject
        {
            ["images"] = new JsonArray([.. files.Select((file, i) => new JsonObject { ["id"] = i, ["file_name"] = file })]),
            ["categories"] = new JsonArray([.. categories.Select((category, i) => new JsonObject { ["id"] = i, ["name"] = category })]),
            ["annotations"] = new JsonArray([.. boxes.Select(box =>
            {
                var annotation = new JsonObject { ["image_id"] = box.Picture, ["bbox"] = new JsonArray(box.X, 20, 40, 72) };
                if (withNames)
                    annotation["category_id"] = box.Category;
                return annotation;
            })]),
        }.ToJsonString());
        Write("named.json", true, (0, 0, 10), (0, 1, 60), (1, 1, 60));
        Write("dogs.json", false, (0, 0, 10));
        Write("kitty.json", true, (0, 2, 10));
        Write("cats.json", true, (0, 1, 10));
        string Table(string boxes, out string error)
        {
            error = Evaluate(pictures, "of-" + boxes, "--class", "dog", "--boxes", boxes).Error;
            return File.ReadAllText(Path.Combine(_folder, "of-" + boxes, "images.csv"));
        }
        var dogs = Table("dogs.json", out var quiet);
        Assert.DoesNotContain("dogs.json", quiet, StringComparison.Ordinal);
        Assert.Equal(dogs, Table("named.json", out _));
        Assert.Equal(dogs, Table("kitty.json", out var told));
        Assert.Contains("kitty.json: 1 box counts whatever the class: no class of the network is called 'kitty'", told, StringComparison.Ordinal);
        Assert.NotEqual(dogs, Table("cats.json", out var nowhere));
        Assert.Contains("cats.json: says of none of the pictures where the class is", nowhere, StringComparison.Ordinal);
    }

    /// <summary>Means, wins and ties of numbers on paper; the interval of a mean is that of the resampled means: half of all pictures one way.</summary>
    [Fact]
    public void Means_intervals_and_wins_are_those_on_paper()
    {
        static EvaluatedPicture Row(string picture, string method, double full, double masked) =>
            new(picture, "dog", new MeasuredMap(method, full, masked, 0.8, 0.25, [0, .. Enumerable.Repeat(full, 10)], [full, .. Enumerable.Repeat(0.0, 10)]), null);
        List<EvaluatedPicture> rows = [];
        for (var i = 0; i < 100; i++)
        {
            rows.Add(Row($"{i}", "a", 0.5, i % 2 == 0 ? 0.25 : 0.6));
            rows.Add(Row($"{i}", "b", 0.5, i % 4 == 0 ? 0.25 : i % 4 == 2 ? 0.1 : 0.3));
        }
        var summary = new EvaluationSummary(rows, ["a", "b"]);
        var a = summary.Methods[0];
        Assert.Equal((0.25, 0.5), (Math.Round(a.Drop.Mean, 12), Math.Round(a.Increase.Mean, 12)));
        // Of 100 throws of a fair coin 95 % have 40 to 60 heads.
        Assert.InRange(a.Increase.Low, 0.39, 0.42);
        Assert.InRange(a.Increase.High, 0.58, 0.61);
        Assert.Equal(3 / (1 / 0.8 + 1 / 0.75 + 1 / 0.75), a.Adcc.Mean, 1e-12);
        Assert.Equal((0.475, 0.025), (Math.Round(a.Insertion.Mean, 12), Math.Round(a.Deletion.Mean, 12)));
        Assert.Equal(0.95, a.AreaAgainstConfidence.Mean, 1e-12);
        var win = summary.Wins.Single(pair => pair is { Method: "a", Over: "b" });
        var back = summary.Wins.Single(pair => pair is { Method: "b", Over: "a" });
        Assert.Equal((0.75, 0.25, 0.0, 0.25), (win.Win, win.Tie, back.Win, back.Tie));
    }

    /// <summary>Boxes that cannot be of these pictures are refused; a mask is that of its own picture.</summary>
    [Theory]
    [InlineData("""[10, 10, -5, 5]""", 0, "a box of x.png is -5 x 5 at 10, 10")]
    [InlineData("""[1e300, 10, 5, 5]""", 0, "a box of x.png is 5 x 5 at 1E+300, 10")]
    [InlineData("""[100, 10, 5, 5]""", 0, "they cover none of its 40x30 pixels")]
    [InlineData("""[10, 10, 5, 5]""", 400, "says that it is 400x300, and it is 40x30")]
    public void Boxes_of_other_pictures_are_refused(string box, int width, string why)
    {
        var path = Path.Combine(_folder, "boxes.json");
        File.WriteAllText(path, $$"""{"images":[{"id":1,"file_name":"x.png","width":{{width}},"height":{{width * 3 / 4}}}],"annotations":[{"image_id":1,"bbox":{{box}}}]}""");
        var error = Assert.Throws<LiveCam.Core.LiveCamException>(() => new GroundTruth(path, null, []).MaskOf("x.png", 40, 30, 0));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_that_of_its_own_picture()
    {
        void Write(string name, bool isWhite)
        {
            using var mask = new SkiaSharp.SKBitmap(40, 30);
            mask.Erase(isWhite ? SkiaSharp.SKColors.White : SkiaSharp.SKColors.Black);
            using var png = File.Create(Path.Combine(_folder, name));
            mask.Encode(png, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }
        Write("a.old.png", false);
        Write("a.png", true);
        var truth = new GroundTruth(null, _folder, []);
        Assert.All(truth.MaskOf("pictures/a.jpg", 40, 30, 0)!, cell => Assert.Equal(1, cell));
        Assert.All(truth.MaskOf("pictures/a.old.jpg", 40, 30, 0)!, cell => Assert.Equal(0, cell));
        Assert.Null(truth.MaskOf("pictures/a.b.jpg", 40, 30, 0));
    }

    /// <summary>The table of other pictures is not gone on with, and neither is a row of a method that was not asked for.</summary>
    [Fact]
    public void Another_folder_of_pictures_is_another_evaluation()
    {
        Evaluate(Pictures("dog"), "out");
        var table = Path.Combine(_folder, "out", "images.csv");
        File.WriteAllText(table, File.ReadAllText(table).Replace("gradcam++", "foo", StringComparison.Ordinal));
        Evaluate(Path.Combine(_folder, "pictures"), "out");
        Assert.DoesNotContain("foo", File.ReadAllText(table), StringComparison.Ordinal);
        Directory.Move(Path.Combine(_folder, "pictures"), Path.Combine(_folder, "others"));
        var other = LiveCamProgram.Run(_folder, "evaluate", "others", "--methods", "gradcam++,gradcam", "--out", "out");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("an evaluation of other pictures", other.Error, StringComparison.Ordinal);
    }

    /// <summary>A whisker reaches from the interval's low end to its high one: here only upwards.</summary>
    [Fact]
    public void The_plot_draws_an_interval_where_it_is()
    {
        using var drawn = SkiaSharp.SKBitmap.Decode(Plots.Bars("drop", [("a", new MeanInterval(0.3, 0.3, 0.6))]).Png);
        bool IsInk(int y) => Enumerable.Range(drawn.Width / 2 - 60, 120).Any(x => drawn.GetPixel(x, y) is { Red: < 80, Green: < 80, Blue: < 80 });
        bool IsBar(int y) => Enumerable.Range(drawn.Width / 2 - 100, 60).Any(x => drawn.GetPixel(x, y) is { Red: < 60, Green: > 90, Blue: > 150 });
        int[] bar = [.. Enumerable.Range(0, drawn.Height).Where(IsBar)];
        int[] ink = [.. Enumerable.Range(60, bar.Max() - 80).Where(IsInk)];
        Assert.InRange(bar.Length, 180, 300);
        // 0.3 above the bar's 0.3: as high as the bar.
        Assert.InRange(bar.Min() - ink.Min(), bar.Length - 20, bar.Length + 20);
        Assert.InRange(ink.Max() - bar.Min(), -3, 12);
    }

    /// <summary>What is in a file name or a label is no more than text, in the table and in the report.</summary>
    [Theory]
    [InlineData("a \"b\", c.png")]
    [InlineData("\"q\"")]
    [InlineData("two\nlines\r\n,\"\".png")]
    [InlineData("c\rx.jpg")]
    public void A_table_reads_what_it_writes(string picture)
    {
        var path = Path.Combine(_folder, "images.csv");
        var row = new EvaluatedPicture(picture, "cat, tabby", new MeasuredMap("gradcam", 0.1, 1 / 3.0, 0.5, 1e-9, [.. Enumerable.Range(0, 11).Select(i => i / 7.0)], [.. Enumerable.Range(0, 11).Select(i => -i / 7.0)]), new HeatLocation([0.1, 0.2, 1 / 3.0], true, 0.7));
        using (var table = new EvaluationTable(path, ["gradcam"]))
            table.Add([row]);
        using var again = new EvaluationTable(path, ["gradcam"]);
        var read = Assert.Single(again.Rows);
        Assert.Equal((row.Picture, row.Label, row.Map.Masked, row.Map.Coherency, row.Map.Complexity), (read.Picture, read.Label, read.Map.Masked, read.Map.Coherency, read.Map.Complexity));
        Assert.Equal(row.Map.InsertionCurve, read.Map.InsertionCurve);
        Assert.Equal(row.Map.DeletionCurve, read.Map.DeletionCurve);
        Assert.Equal(row.Location!.Loc, read.Location!.Loc);
        Assert.Equal((true, 0.7), (read.Location.Points, read.Location.Energy));
    }
}
