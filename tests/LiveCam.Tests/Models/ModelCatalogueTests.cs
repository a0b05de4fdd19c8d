using System.Globalization;
using System.Text.RegularExpressions;
using LiveCam.Core;
using LiveCam.Explain.Models;
using LiveCam.Testing;

namespace LiveCam.Tests.Models;

/// <summary>What LiveCam knows about the ONNX model zoo.</summary>
public partial class ModelCatalogueTests
{
    [Fact]
    public void Every_row_is_what_the_zoo_says()
    {
        var zoo = File.ReadAllText(Repository.SharedData("zoo.md"));
        var rows = ZooRow().Matches(zoo).Select(row => row.Groups)
            .Select(row => (Path: row[2].Value, Opset: row[1].Value, Bytes: row[3].Value, Sha256: row[4].Value, Input: row[5].Value));
        var known = ModelCatalogue.Zoo.Models.Select(model =>
            (model.Path, Opset: $"{model.Opset}", Bytes: model.Bytes.ToString(CultureInfo.InvariantCulture), model.Sha256, model.Input));
        Assert.Equal(rows.Order(), known.Order());
        Assert.Contains(SnapshotCommit().Match(zoo).Groups[1].Value, ModelCatalogue.Zoo.Base, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_the_family_for_its_newest_file_and_say_opset_or_precision_otherwise()
    {
        var models = ModelCatalogue.Zoo.Models;
        Assert.Equal(29, models.Select(model => model.Name).Distinct().Count());
        foreach (var family in models.GroupBy(model => model.Title))
        {
            var plain = family.Where(model => model.Precision == "fp32").OrderByDescending(model => model.Opset).ToList();
            Assert.All(plain.Skip(1), model => Assert.Equal($"{plain[0].Name}-{model.Opset}", model.Name));
            Assert.All(family.Except(plain), model => Assert.Equal($"{plain[0].Name}-{model.Precision}", model.Name));
        }
    }

    [Theory]
    [InlineData("squeezenet1.1", "squeezenet/model/squeezenet1.1-7.onnx")]
    [InlineData("SqueezeNet1.1-7", "squeezenet/model/squeezenet1.1-7.onnx")]
    [InlineData("squeezenet1.0-12", "squeezenet/model/squeezenet1.0-12.onnx")]
    [InlineData("squeezenet1.0-9", "squeezenet/model/squeezenet1.0-9.onnx")]
    [InlineData("resnet50", "resnet/model/resnet50-v1-12.onnx")]
    [InlineData("resnet50-v2", "resnet/model/resnet50-v2-7.onnx")]
    [InlineData("vgg16-bn", "vgg/model/vgg16-bn-7.onnx")]
    [InlineData("mobilenetv2-int8", "mobilenet/model/mobilenetv2-12-int8.onnx")]
    public void A_name_finds_its_file(string name, string path) => Assert.Equal(path, ModelCatalogue.Zoo.Find(name)!.Path);

    /// <summary>A white pixel's three input values, from each published preprocessing.</summary>
    public static TheoryData<string, ColourOrder, double[]> White => new()
    {
        { "resnet18", ColourOrder.Rgb, [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225] },
        { "densenet121", ColourOrder.Bgr, [(255 - 103.94) * 0.017, (255 - 116.78) * 0.017, (255 - 123.68) * 0.017] },
        { "efficientnet-lite4", ColourOrder.Rgb, [1, 1, 1] },
        { "googlenet", ColourOrder.Bgr, [255 - 103.939, 255 - 116.779, 255 - 123.68] },
        { "squeezenet1.0", ColourOrder.Bgr, [255 - 104, 255 - 117, 255 - 123] },
    };

    [Theory]
    [MemberData(nameof(White))]
    public void A_card_normalises_as_its_network_was_trained(string name, ColourOrder order, double[] white)
    {
        var card = ModelCatalogue.Zoo.Find(name)!.Card("");
        Assert.Equal(order, card.Order);
        for (var channel = 0; channel < 3; channel++)
            Assert.Equal(white[channel], (255 * card.Scale - card.Mean[channel]) / card.Std[channel], 1e-4);
    }

    [Fact]
    public void A_card_that_is_written_reads_back_as_it_was()
    {
        var path = Path.Combine(Repository.NewFolder(), "model.json");
        foreach (var model in ModelCatalogue.Zoo.Models)
        {
            var card = model.Card("somewhere");
            File.WriteAllText(path, card.ToJson().ToString());
            var read = ModelCard.Read(path);
            Assert.Equal(Facts(card), Facts(read));
            Assert.Equal((model.Name, model.Input, model.Sha256, "somewhere"), (read.Name, read.Input, read.Sha256, read.Source));
        }
    }

    [Fact]
    public void Quantised_networks_are_not_said_to_be_explainable() =>
        Assert.Equal(ModelCatalogue.Zoo.Models.Where(model => model.Path.Contains("-int8.") || model.Path.Contains("-qdq.")),
            ModelCatalogue.Zoo.Models.Where(model => model.Note.Contains("whether it can be explained was not tried", StringComparison.Ordinal)));

    [Theory]
    [InlineData("""{ "source": "s", "base": "http://h/" }""", "classes")]
    [InlineData("""{ "source": "s", "base": "http://h/", "classes": 2, "familes": [] }""", "familes")]
    [InlineData("""{ "source": "s", "base": "http://h/", "classes": 2, "families": [ { "models": [ { "name": "x" } ] } ] }""", "opset")]
    [InlineData("../x", "'../x' lacks a plain name")]
    [InlineData("x", "'x' lacks a plain name, a path, its bytes, or its SHA-256")]
    public void A_wrong_catalogue_is_refused_with_the_reason(string json, string part)
    {
        var path = Path.Combine(Repository.NewFolder(), "catalogue.json");
        const string Row = """{ "source": "s", "base": "http://h/", "classes": 2, "families": [ { "models": [ $ ] } ] }""";
        const string Model = """{ "name": "$", "opset": 7, "precision": "fp32", "input": "i", "path": "p", "bytes": 1, "sha256": "00" }""";
        var named = Row.Replace("$", Model.Replace("$", json, StringComparison.Ordinal), StringComparison.Ordinal);
        File.WriteAllText(path, json.StartsWith('{') ? json : named);
        Assert.Contains(part, Assert.Throws<LiveCamException>(() => ModelCatalogue.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n01440764 tench, Tinca tinca\nn01443537 goldfish\n\n", "tench, Tinca tinca|goldfish")]
    [InlineData("tench\r\ngoldfish\r\n", "tench|goldfish")]
    [InlineData("n01440764 tench\nn2 and others", "n01440764 tench|n2 and others")]
    public void Class_names_lose_the_ids_that_all_of_them_have(string text, string labels) => Assert.Equal(labels.Split('|'), LabelFile.Parse(text));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(9_949, "9.9 kB")]
    [InlineData(9_950, "10 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(553_437_752, "553 MB")]
    public void Bytes_are_written_with_three_figures_at_most(long bytes, string text) => Assert.Equal(text, ByteCount.Text(bytes));

    private static (TensorLayout, ColourOrder, ResizeMode, string, string, string) Facts(ModelCard card) => (card.Layout, card.Order, card.Resize,
        string.Join(' ', [card.Scale, .. card.Mean, .. card.Std, card.InputWidth, card.InputHeight]), card.Title, card.Licence);

    [GeneratedRegex(@"^\| [^|]+ \| (\d+) \| (\S+\.onnx) \| (\d+) \| ([0-9a-f]{64}) \| True \| \[\('([^']+)'", RegexOptions.Multiline)]
    private static partial Regex ZooRow();

    [GeneratedRegex("commit ([0-9a-f]{40})")]
    private static partial Regex SnapshotCommit();
}
