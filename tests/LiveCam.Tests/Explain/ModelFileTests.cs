using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;

namespace LiveCam.Tests.Explain;

public class ModelFileTests
{
    [Fact]
    public void A_card_that_says_little_is_completed_from_the_graph()
    {
        var file = ModelFile.Open(Folder("""{ "title": "mine" }"""));
        Assert.Equal(("image", 128, 128, TensorLayout.Nchw), (file.Card.Input, file.Card.InputWidth, file.Card.InputHeight, file.Card.Layout));
        Assert.Equal((1f / 255, 0f, 1f), (file.Card.Scale, file.Card.Mean[0], file.Card.Std[0]));
        Assert.Equal((65, "dog", "background"), (file.Labels.Count, file.Labels[0], file.Labels[64]));
    }

    [Fact]
    public void What_a_card_says_goes_before_what_the_graph_tells()
    {
        var card = ModelFile.Open(Folder("""{ "size": [96, 64], "order": "bgr", "resize": "letterbox", "scale": 1, "mean": [104, 117, 123], }""")).Card;
        Assert.Equal((96, 64, ColourOrder.Bgr, ResizeMode.Letterbox, 1f, 104f), (card.InputWidth, card.InputHeight, card.Order, card.Resize, card.Scale, card.Mean[0]));
    }

    [Fact]
    public void A_bare_file_says_what_was_guessed()
    {
        Assert.Null(ModelFile.Open(Folder("""{ "scale": 1 }""")).Guess);
        Assert.Contains("no model card that says how pixels are normalised", ModelFile.Open(Folder("{}")).Guess);
        var bare = Path.Combine(Repository.NewFolder(), "net.onnx");
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), bare);
        Assert.Contains("128x128, RGB", ModelFile.Open(bare).Guess);
        Assert.DoesNotContain("instead of names", ModelFile.Open(bare).Guess);
        File.WriteAllBytes(bare, SmallNetworks.Attending());
        Assert.EndsWith($"'livecam models add {bare} --labels NAMES.txt' gives them some.", ModelFile.Open(bare).Guess);
    }

    [Theory]
    [InlineData("""{ "sise": 128 }""", "'size'")]
    [InlineData("""{ "size": [0, 128] }""", "'size'")]
    [InlineData("""{ "std": [0, 1, 1] }""", "'std'")]
    [InlineData("""{ "labels": "nowhere.txt" }""", "nowhere.txt")]
    [InlineData("""{ "sha256": "00" }""", "SHA-256")]
    [InlineData("""{ "resize": "squeeze" }""", "resize")]
    [InlineData("""[1, 2]""", "model.json")]
    [InlineData("""{ "size": """, "model.json")]
    public void A_wrong_card_is_refused_with_the_reason(string json, string part)
    {
        var folder = Folder(json);
        var error = Assert.Throws<LiveCamException>(() => Network.Open(folder));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_lying_beside_the_model_are_found_and_a_folder_gives_the_name()
    {
        var folder = Folder("{}");
        File.Delete(Path.Combine(folder, "model.json"));
        File.WriteAllLines(Path.Combine(folder, "labels.txt"), Enumerable.Range(0, 65).Select(i => $"thing {i}"));
        var file = ModelFile.Open(folder);
        Assert.Equal(("thing 64", Path.GetFileName(folder)), (file.Labels[64], file.Card.Name));
    }

    private static string Folder(string json)
    {
        var folder = Repository.NewFolder();
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(folder, "model.onnx"));
        File.WriteAllText(Path.Combine(folder, "model.json"), json);
        return folder;
    }
}
