using System.CommandLine;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;
using LiveCam.Onnx;
using LiveCam.Pipeline;

namespace LiveCam.Commands;

/// <summary><c>livecam prepare</c>: a plain classifier in, an explainable one out, for any ONNX runtime.</summary>
internal static class PrepareCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A classifier: .onnx file, model folder or installed model" };
    private static readonly Option<string> Out = new("--out") { Description = "File to write: explainable.onnx", Required = true };
    private static readonly Option<string[]> Layer = new("--layer")
    {
        Description = "Target layer, by the name of a value or node, or auto for the last feature map (repeatable)",
        DefaultValueFactory = _ => ["auto"],
    };
    private static readonly Option<bool> Pixels = new("--pixels") { Description = "Also give input_gradients, down to the picture" };
    private static readonly Option<ReluRule> Relu = new("--relu") { Description = "What a relu lets through on the way to the pixels", HelpName = "gradient|guided|deconvnet" };
    private static readonly Option<int?> Classes = new("--classes") { Description = "Explain exactly so many classes a run; any number when left out" };
    private static readonly Option<string?> Size = new("--size") { Description = "Picture size to prepare for where the model leaves it open: 224x224" };
    private static readonly Option<bool> Fixed = new("--fixed") { Description = "Fix batch, height and width where the model leaves them open: the fewest nodes, and the fastest" };
    private static readonly Option<bool> Check = new("--check") { Description = "Run both models: the same outputs, gradients as finite differences say; --check false leaves it out", DefaultValueFactory = _ => true };
    private static readonly Option<string?> Json = new("--json") { Description = "Report to write: report.json; - for standard output" };

    public static Command Create()
    {
        var command = new ExampleCommand("prepare", "Make any plain ONNX classifier explainable: a standard .onnx that also gives activations and gradients",
            "net.onnx --out explainable.onnx", "net.onnx --out explainable.onnx --layer auto --layer conv4 --pixels --json report.json",
            "net.onnx --out guided.onnx --pixels --relu guided --classes 5",
            "net.onnx --out fast.onnx --pixels --classes 1 --fixed") { Model, Out, Layer, Pixels, Relu, Classes, Size, Fixed, Check, Json };
        command.SetAction(parsed =>
        {
            var path = ModelFile.PathOf(parsed.GetValue(Model)!);
            var output = parsed.GetValue(Out)!;
            OutputPath.MustNotBeSource(path, output, parsed.GetValue(Json));
            OutputPath.MustNotBeSource(output, parsed.GetValue(Json));
            JsonReport.MakeRoom(parsed.GetValue(Json));
            var original = ModelErrors.Translate(() => OnnxModel.Open(path));
            var options = Options(parsed, original);
            var prepared = ModelErrors.Translate(() => ExplainableModel.From(original, options));
            var findings = parsed.GetValue(Check) ? ModelErrors.Translate(() => GradientCheck.Full(original, prepared, options.ImageSize)) : [];
            Tell(prepared, findings, parsed.GetValue(Classes), parsed.GetValue(Fixed));
            if (parsed.GetValue(Json) is { } json)
                JsonReport.Write(json, stream => Report(stream, path, output, prepared, findings));
            if (findings.FirstOrDefault(finding => !finding.IsRight) is { } wrong)
                throw new LiveCamException("Cannot trust the prepared model of", path, wrong.ToString(), "Nothing was written. Where float32 cannot tell, as in untrained networks, write it all the same with --check false; otherwise please report the network",
                    ExitCode.Model);
            OutputPath.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(output))!);
            ModelErrors.Translate(() => prepared.Save(output));
            Console.WriteLine($"Wrote {output}");
            if (ModelFile.CardOf(path) is { } card)
                Console.WriteLine($"Its preprocessing and labels stay in {card}: put the file beside a copy of it, as model.onnx, or install it with 'livecam models add'");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static PreparationOptions Options(ParseResult parsed, OnnxModel model)
    {
        var (relu, pixels, classes) = (parsed.GetValue(Relu), parsed.GetValue(Pixels), parsed.GetValue(Classes));
        if (relu != ReluRule.Gradient && !pixels)
            throw new LiveCamException("Cannot prepare with", $"--relu {relu.ToString().ToLowerInvariant()}", "the rule holds on the way to the pixels, and they are not asked for",
                "Add --pixels");
        if (classes is < 1)
            throw new LiveCamException("Cannot prepare for", $"--classes {classes}", "it must be 1 or more", "Leave it out for any number");
        return new PreparationOptions
        {
            Layers = parsed.GetValue(Layer)!,
            Pixels = pixels,
            Relu = relu,
            Targets = classes,
            ImageSize = ImageSizeOption.Parse(parsed.GetValue(Size), model),
            FixedSize = parsed.GetValue(Fixed),
        };
    }

    private static void Tell(ExplainableModel model, IReadOnlyList<GradientFinding> findings, int? targets, bool isFixed)
    {
        var report = model.Report;
        foreach (var layer in model.Layers)
        {
            Console.WriteLine($"layer {layer.Name} [{layer.Channels},{layer.Height},{layer.Width}]{(layer.Times > 1 ? $", {layer.Times} steps in time below each other" : "")}: outputs {layer.Activations}, {layer.Gradients}; "
                + $"Grad-CAM++ {(layer.Approximation is { } why ? $"approximate: {why}" : "exact")}");
        }
        if (model.PixelGradients is { } pixels)
            Console.WriteLine($"pixels: output {pixels}" + (model.Relu == ReluRule.Gradient ? ""
                : $" by the {model.Relu.ToString().ToLowerInvariant()} rule, which is no derivative and is not compared with one"));
        if (model.IdleRule is { } idle)
            Console.WriteLine($"The {model.Relu.ToString().ToLowerInvariant()} rule is the gradient under another name here: {idle}");
        Console.WriteLine($"classes: input {model.Target}, int64 " + (targets is { } count
            ? $"[{count}], an index or -r for the r-th best; the best {count} when left out"
            : "[any number], an index or -r for the r-th best; -1 when left out"));
        Console.WriteLine($"{report.NodesBefore} nodes and {report.NodesAdded} added, opset {report.Opset}"
            + (report.RaisedFrom is { } from ? $" (raised from {from} for {report.RaisedFor})" : "")
            + (report.FixedSizes.Count == 0 ? "" : $"; fixed: {string.Join(", ", report.FixedSizes)}"
                + (report.FixedFor is { } value ? $", which the gradient at '{value}' needs" : isFixed ? ", as asked for" : ", as the network takes no other")));
        foreach (var finding in findings)
            Console.WriteLine(finding);
    }

    private static void Report(Stream stream, string path, string output, ExplainableModel model, IReadOnlyList<GradientFinding> findings)
    {
        var (report, relu) = (model.Report, model.Relu.ToString().ToLowerInvariant());
        JsonSerializer.Serialize(stream, new
        {
            Model = path,
            Out = output,
            model.Input,
            model.Target,
            model.Logits,
            model.Classes,
            Layers = model.Layers.Select(layer => new
            {
                layer.Name,
                Shape = (int[])[layer.Channels, layer.Height, layer.Width],
                layer.Activations,
                layer.Gradients,
                Head = layer.Head == HeadKind.PooledLinear ? "pooled linear" : "general",
                Exact = layer.Approximation is null,
                layer.Approximation,
            }),
            InputGradients = model.PixelGradients,
            Relu = model.PixelGradients is null ? null : relu,
            Opset = report.Opset,
            report.RaisedFrom,
            report.RaisedFor,
            report.FixedSizes,
            report.FixedFor,
            report.NodesBefore,
            report.NodesAdded,
            Check = findings.Select(finding => new { finding.What, finding.Value, finding.Bound, Right = finding.IsRight }),
        }, JsonReport.Options);
    }
}
