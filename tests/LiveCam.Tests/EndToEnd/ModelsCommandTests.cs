using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveCam.Testing;
using LiveCam.Tests.Models;
using LiveCam.Tests.RealData;

namespace LiveCam.Tests.EndToEnd;

/// <summary><c>livecam models</c> as a user runs it, with a cache folder of the test's own and a zoo on the loopback.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    private readonly FileServer _zoo = new();
    private readonly string _folder = Repository.NewFolder();

    private string Cache => Path.Combine(_folder, "cache", "livecam", "models");

    public void Dispose() => _zoo.Dispose();

    [Fact]
    public void A_pulled_model_explains_by_its_name()
    {
        var network = ServeThings();
        var pulled = Run("models pull things --catalogue catalogue.json");
        Assert.Equal((0, ""), (pulled.ExitCode, pulled.Error));
        Assert.Contains("--model things", pulled.Output, StringComparison.Ordinal);
        Assert.Equal(["things/net.onnx", "names.txt"], _zoo.Requests);
        Assert.Equal(["labels.txt", "model.json", "model.onnx"], FilesOf("things"));
        Assert.Equal(network, File.ReadAllBytes(Path.Combine(Cache, "things", "model.onnx")));

        var card = JsonNode.Parse(File.ReadAllText(Path.Combine(Cache, "things", "model.json")))!;
        Assert.Equal(("MIT", "a test, things/net.onnx"), ((string)card["licence"]!, (string)card["source"]!));
        Assert.Equal(("image", 128, "crop"), ((string)card["input"]!, (int)card["size"]![0]!, (string)card["resize"]!));
        Assert.Equal("the dog", Explained("things", Picture()));

        var list = JsonNode.Parse(Run("models list --json --catalogue catalogue.json").Output)!.AsArray();
        var listed = list.Single(model => (string)model!["name"]! == "things")!;
        Assert.Equal((Path.Combine(Cache, "things"), network.Length, 13), ((string)listed["folder"]!, (int)listed["bytes"]!, (int)listed["opset"]!));
        Assert.Contains("model things", Run("doctor").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_installed_is_not_fetched_again_and_another_one_of_its_name_only_by_force()
    {
        ServeThings();
        Assert.Equal(0, Run("models pull things --catalogue catalogue.json").ExitCode);
        _zoo.Requests.Clear();
        var again = Run("models pull things --catalogue catalogue.json");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("things is installed in", again.Output, StringComparison.Ordinal);
        Assert.Empty(_zoo.Requests);

        var model = Path.Combine(Cache, "things", "model.onnx");
        File.AppendAllText(model, "x");
        var refused = Run("models pull things --catalogue catalogue.json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(Sum(File.ReadAllBytes(model)), refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("models pull things --catalogue catalogue.json --force").ExitCode);
        Assert.Equal(_zoo.Files["things/net.onnx"], File.ReadAllBytes(model));
    }

    [Fact]
    public void Missing_names_are_a_warning_and_come_with_the_next_pull()
    {
        ServeThings();
        _zoo.Files.Remove("names.txt", out var names);
        var without = Run("models pull things --catalogue catalogue.json");
        Assert.Equal(0, without.ExitCode);
        Assert.Contains("Warning: its classes have no names", without.Error, StringComparison.Ordinal);
        Assert.Contains("404", without.Error, StringComparison.Ordinal);
        _zoo.Files["names.txt"] = names!;
        Assert.Equal("", Run("models pull things --catalogue catalogue.json").Error);
        Assert.Equal("the dog", File.ReadLines(Path.Combine(Cache, "things", "labels.txt")).First());
    }

    [Fact]
    public void Names_of_the_users_own_are_installed_unasked_from_the_server()
    {
        ServeThings();
        File.WriteAllLines(Path.Combine(_folder, "mine.txt"), Enumerable.Range(0, 65).Select(i => $"thing {i}"));
        Assert.Equal(0, Run("models pull things --catalogue catalogue.json --labels mine.txt --dir elsewhere").ExitCode);
        Assert.Equal(["things/net.onnx"], _zoo.Requests);
        Assert.Equal("thing 0", Explained("elsewhere/things", Picture()));
    }

    [Fact]
    public void Nothing_stands_under_the_name_of_a_model_that_was_refused()
    {
        var network = ServeThings();
        _zoo.Files["things/net.onnx"] = [.. network[..^1], (byte)~network[^1]];
        var refused = Run("models pull things --catalogue catalogue.json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(Sum(network), refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Cache, "things")));
        Assert.Contains("no such model", Run("explain x.png --model things").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_download_says_how_to_go_on_and_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs kill");
        _zoo.Files["vgg/model/vgg16-12.onnx"] = new byte[1_000_000];
        _zoo.Otherwise = new Serving(Length: false, StallAfter: 250_000);
        using var pull = LiveCamProgram.Start(_folder, ["models", "pull", "vgg16"], environment: Environment);
        var part = new FileInfo(Path.Combine(Cache, "vgg16", "model.onnx.part"));
        Assert.True(SpinWait.SpinUntil(() => { part.Refresh(); return part.Exists && part.Length == 250_000; }, TimeSpan.FromSeconds(60)));
        // Not INT, which what is started in a shell's background inherits as ignored.
        using (var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -TERM {pull.Id}"]))
            kill.WaitForExit();
        Assert.True(pull.WaitForExit(TimeSpan.FromSeconds(60)));
        const string Message = "Cannot finish fetching 'vgg16': it was interrupted after 250 kB of 553 MB. "
            + "Run the same command again: it goes on where it stopped.";
        Assert.Equal((1, Message), (pull.ExitCode, pull.StandardError.ReadToEnd().Trim()));
        Assert.Equal(["model.onnx.part"], FilesOf("vgg16"));

        _zoo.Otherwise = new Serving("404 Not Found");
        Assert.Contains("404", Run("models pull vgg16").Error, StringComparison.Ordinal);
        Assert.Equal(["vgg/model/vgg16-12.onnx", "vgg/model/vgg16-12.onnx from 250000"], _zoo.Requests);
        Assert.Equal(["model.onnx.part"], FilesOf("vgg16"));
    }

    [Fact]
    public void A_model_of_the_zoo_that_is_not_installed_is_offered() =>
        Assert.Contains("Fetch its 102 MB with 'livecam models pull resnet50-v2'.", Run("explain x.png --model resnet50-v2").Error,
            StringComparison.Ordinal);

    [Fact]
    public void An_added_network_explains_by_its_name_and_is_not_written_over()
    {
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(_folder, "net.onnx"));
        var added = Run("models add net.onnx --name mine");
        Assert.Equal(0, added.ExitCode);
        Assert.Contains("Input 'image' 128x128", added.Error, StringComparison.Ordinal);
        Assert.Equal(["labels.txt", "model.json", "model.onnx"], FilesOf("mine"));
        Assert.Equal("dog", Explained("mine", Picture()));

        Assert.Contains("--force", Run("models add net.onnx --name mine").Error, StringComparison.Ordinal);
        File.WriteAllLines(Path.Combine(_folder, "few.txt"), ["dog", "cat"]);
        Assert.Contains("65 logits, but 2 labels", Run("models add net.onnx --name mine --force --labels few.txt").Error, StringComparison.Ordinal);
        Assert.Contains("--name", Run("models add net.onnx --name ../mine").Error, StringComparison.Ordinal);
        File.WriteAllLines(Path.Combine(_folder, "many.txt"), Enumerable.Range(0, 65).Select(i => $"thing {i}"));
        Assert.Equal(0, Run("models add net.onnx --name mine --force --labels many.txt").ExitCode);
        Assert.Equal("thing 0", Explained("mine", Picture()));
    }

    [Fact]
    public void A_name_that_leads_to_another_model_is_not_recommended()
    {
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(_folder, "emoji.onnx"));
        Assert.Contains($"--model {Path.Combine(Cache, "emoji")}", Run("models add emoji.onnx").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_network_is_pulled_by_its_real_name_and_says_what_is_on_the_picture()
    {
        // The optional data has these weights in a file of its own, so its size and hash stand in for those of the zoo's.
        var network = File.ReadAllBytes(Path.Combine(RealNetworks.Folder("squeezenet1.1_zoo"), "model.onnx"));
        var names = File.ReadAllLines(Repository.SharedData("imagenet1000.txt"));
        _zoo.Files["squeezenet/model/squeezenet1.1-7.onnx"] = network;
        _zoo.Files["synset.txt"] = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', names.Select((name, i) => $"n{i:D8} {name}")));
        _zoo.Next.Enqueue(new Serving(CutAfter: 3_000_000));
        var catalogue = JsonNode.Parse(File.ReadAllText(Repository.PathOf("src", "LiveCam.Explain", "Models", "catalogue.json")))!;
        var rows = catalogue["families"]!.AsArray().SelectMany(family => family!["models"]!.AsArray());
        var row = rows.Single(model => (string)model!["name"]! == "squeezenet1.1")!;
        (row["bytes"], row["sha256"]) = (network.Length, Sum(network));
        File.WriteAllText(Path.Combine(_folder, "catalogue.json"), catalogue.ToJsonString());

        var pulled = Run("models pull squeezenet1.1 --catalogue catalogue.json");
        Assert.True(pulled.ExitCode == 0, pulled.Error);
        Assert.Equal(["squeezenet/model/squeezenet1.1-7.onnx", "squeezenet/model/squeezenet1.1-7.onnx from 3000000", "synset.txt"], _zoo.Requests);
        Assert.Contains(Explained("squeezenet1.1", Repository.SharedData("images", "chelsea_cat.jpg")),
            new[] { names[281], names[282], names[285] }.Select(name => name.Split(',')[0]));
        Assert.Equal("espresso", Explained("squeezenet1.1", Repository.SharedData("images", "coffee.jpg")));
    }

    private (string, string)[] Environment =>
        [("XDG_CACHE_HOME", Path.Combine(_folder, "cache")), ("LIVECAM_ZOO", _zoo.Address), ("NO_PROXY", "127.0.0.1")];

    private ProgramResult Run(string commandLine) => LiveCamProgram.Run(_folder, commandLine.Split(' '), environment: Environment);

    private string[] FilesOf(string model) => [.. Directory.GetFiles(Path.Combine(Cache, model)).Select(file => Path.GetFileName(file)).Order()];

    /// <summary>The default network as "things", 65 classes whose names are those of its own behind "the"; returns its bytes.</summary>
    private byte[] ServeThings()
    {
        var network = File.ReadAllBytes(Repository.PathOf("models", "emoji", "model.onnx"));
        _zoo.Files["things/net.onnx"] = network;
        _zoo.Files["names.txt"] = System.Text.Encoding.UTF8.GetBytes(string.Concat(
            File.ReadLines(Repository.PathOf("models", "emoji", "labels.txt")).Select((name, i) => $"n{i:D8} the {name}\n")));
        File.WriteAllText(Path.Combine(_folder, "catalogue.json"), JsonSerializer.Serialize(new
        {
            source = "a test",
            @base = "http://127.0.0.1:9/",
            labels = new[] { "names.txt" },
            classes = 65,
            families = new[]
            {
                new
                {
                    title = "Things",
                    licence = "MIT",
                    card = new { size = 128, resize = "crop" },
                    models = new[]
                    {
                        new
                        {
                            name = "things",
                            opset = 13,
                            precision = "fp32",
                            input = "image",
                            bytes = network.Length,
                            path = "things/net.onnx",
                            sha256 = Sum(network),
                        },
                    },
                },
            },
        }));
        return network;
    }

    /// <summary>A dog before grey, as the pattern camera draws it.</summary>
    private string Picture()
    {
        var made = Run("annotate pattern:dog?seed=1 --frames 1 --out dog.png --force");
        Assert.True(made.ExitCode == 0, made.Error);
        return "dog.png";
    }

    /// <summary>The label of the top class; the map must have something to say for it.</summary>
    private string Explained(string model, string picture)
    {
        var explained = Run($"explain {picture} --model {model} --json why.json");
        Assert.True(explained.ExitCode == 0, explained.Error);
        var why = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "why.json")))!;
        Assert.Equal("evidence", (string)why["targets"]![0]!["state"]!);
        return ((string)why["top"]![0]!["label"]!).Split(',')[0];
    }

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
