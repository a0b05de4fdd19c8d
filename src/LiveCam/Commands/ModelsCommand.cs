using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;
using LiveCam.Pipeline;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam models</c>: which networks there are, fetching one of the ONNX model zoo, adding one of the user's own.</summary>
internal static class ModelsCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create() =>
        new ExampleCommand("models", "List the networks there are, fetch one by name, or add one of your own",
            "list", "pull squeezenet1.1", "add net.onnx --labels names.txt")
        {
            CreateList(),
            CreatePull(),
            CreateAdd(),
        };

    private static ExampleCommand CreateList()
    {
        var command = new ExampleCommand("list", "List the models that are installed and those that can be fetched", "", "--json");
        var json = new Option<bool>("--json") { Description = "Write the list as JSON" };
        command.Add(json);
        var catalogue = AddCatalogue(command);
        command.SetAction(parsed =>
        {
            var models = ListedModel.All(Open(parsed.GetValue(catalogue)));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(models, Json));
            else
                Show(models);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreatePull()
    {
        var command = new ExampleCommand("pull", "Fetch a model, ready for --model; an interrupted one goes on where it stopped",
            "squeezenet1.1", "resnet50 --dir models", "mobilenetv2 --base file:/media/zoo --labels imagenet.txt");
        var name = new Argument<string>("NAME") { Description = "Name of the model, as 'livecam models list' has it" };
        var address = new Option<string?>("--base")
        {
            Description = $"Where the models lie: http://HOST/PATH, https://HOST/PATH or file:FOLDER; else {ZooAddress.Variable}, else the ONNX zoo",
        };
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait for a server that is silent", DefaultValueFactory = _ => 30 };
        command.Add(name);
        command.Add(address);
        command.Add(timeout);
        var (labels, folder, force) = AddInstallation(command, "Class names, one a line; else those that lie beside the models");
        var catalogue = AddCatalogue(command);
        command.SetAction(parsed =>
        {
            var models = Open(parsed.GetValue(catalogue));
            var model = models.Find(parsed.GetValue(name)!) ?? throw Unknown(parsed.GetValue(name)!, models);
            var zoo = parsed.GetValue(address) ?? Environment.GetEnvironmentVariable(ZooAddress.Variable);
            var pull = new ModelPull(models, model, new ModelFolder(Path.Combine(parsed.GetValue(folder)!, model.Name)))
            {
                Base = string.IsNullOrEmpty(zoo) ? null : ZooAddress.Parse(zoo),
                Labels = Labels(parsed.GetValue(labels)),
                Force = parsed.GetValue(force),
                Download = new ModelDownload { Patience = Patience(parsed.GetValue(timeout)) },
            };
            using var stop = new StopSignal();
            PullResult? result = null;
            Progress.Run($"fetching {model.Name}", model.Bytes, report => result = pull.Run(report, stop.Token), ByteCount.Text);
            Tell(pull, result!);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreateAdd()
    {
        var command = new ExampleCommand("add", "Add a network of your own, with a card of what its graph tells",
            "net.onnx", "net.onnx --name mine --labels names.txt --dir models");
        var file = new Argument<string>("FILE") { Description = "The network, an .onnx file" };
        var name = new Option<string?>("--name") { Description = "Name for --model; the file's own when left out" };
        command.Add(file);
        command.Add(name);
        var (labels, folder, force) = AddInstallation(command, "Class names, one a line, in the order of the logits; else those in the graph");
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
                throw new LiveCamException("Cannot add", path, "there is no such file", "Give an .onnx file");
            var network = Network.Open(path);
            var added = ModelAddition.Add(network, parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path), parsed.GetValue(folder)!,
                Labels(parsed.GetValue(labels)), parsed.GetValue(force));
            if (network.Guess is { } guess)
                Console.Error.WriteLine($"{guess} If that is wrong, correct '{added.Card}'.");
            Console.WriteLine($"Added {path} as '{added.Path}'. Use it with --model {added.Reference}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> AddCatalogue(ExampleCommand command)
    {
        var catalogue = new Option<string?>("--catalogue") { Description = "A catalogue file instead of the ONNX model zoo's, see models/README.md" };
        command.Add(catalogue);
        return catalogue;
    }

    private static (Option<string?> Labels, Option<string> Folder, Option<bool> Force) AddInstallation(ExampleCommand command, string ofLabels)
    {
        var labels = new Option<string?>("--labels") { Description = ofLabels };
        var folder = new Option<string>("--dir") { Description = "Folder of models to put it into", DefaultValueFactory = _ => ModelFolder.Cache };
        var force = new Option<bool>("--force") { Description = "Replace another model of the same name" };
        command.Add(labels);
        command.Add(folder);
        command.Add(force);
        return (labels, folder, force);
    }

    private static ModelCatalogue Open(string? path) => path is null ? ModelCatalogue.Zoo : ModelCatalogue.Read(path);

    private static IReadOnlyList<string>? Labels(string? path) => path is null ? null : LabelFile.Parse(string.Join('\n', LabelFile.Read(path)));

    private static TimeSpan Patience(double seconds) => seconds is > 0 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new LiveCamException("Cannot wait", $"--timeout {seconds}", "it must be above 0 and at most 86400", "Leave it out for 30 seconds");

    private static LiveCamException Unknown(string name, ModelCatalogue catalogue) =>
        new("Cannot fetch", name, "the catalogue has no such model", NearestNames.Suggest(name, catalogue.Models.Select(model => model.Name),
            "It lists none: leave --catalogue out, or give another"));

    private static void Tell(ModelPull pull, PullResult result)
    {
        var (model, folder) = (pull.Model, pull.Folder);
        var what = result.IsNew ? $"Fetched {model.Name}, {ByteCount.Text(model.Bytes)}, into" : $"{model.Name} is installed in";
        Console.WriteLine($"{what} '{folder.Path}'. Use it with --model {folder.Reference}");
        if (model.Note.Length > 0)
            Console.Error.WriteLine($"Note: {model.Note}.");
        if (result.MissingLabels is { } why)
            Console.Error.WriteLine($"Warning: its classes have no names: {why}. Give them with --labels FILE, one a line.");
    }

    private static void Show(IReadOnlyList<ListedModel> models)
    {
        var table = new Table().AddColumns("name", "opset", "precision", "size", "licence", "installed in", "note").Border(TableBorder.Simple);
        foreach (var model in models)
            table.AddRow(new[]
            {
                model.Name, model.Opset?.ToString(CultureInfo.InvariantCulture) ?? "", model.Precision, ByteCount.Text(model.Bytes), model.Licence,
                model.Folder ?? "", model.Note,
            }.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
        Console.WriteLine("A family's name is its newest opset in float32; NAME-OPSET is an older one, NAME-qdq and NAME-int8 are quantised.");
        Console.WriteLine("Fetch one with 'livecam models pull NAME'.");
    }
}
