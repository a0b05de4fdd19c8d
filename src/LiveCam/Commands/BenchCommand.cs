using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam bench</c>: what explaining costs over a plain run of the same network, in one run, interleaved.</summary>
internal static class BenchCommand
{
    private const int Rounds = 3;

    public static Command Create()
    {
        var command = new ExampleCommand("bench", "Measure a plain run against an explained frame, stage by stage",
            "--model emoji", "--clip clip.mp4", "--model resnet18.onnx --method gradcam --frames 300 --json bench.json", "--scene wall --size 1920x1080", "--set compare.with=all");
        var frames = new Option<int>("--frames") { Description = "Measured frames, after warming up", DefaultValueFactory = _ => 200 };
        var json = new Option<string?>("--json") { Description = "Also write the figures to this file: bench.json; - for standard output" };
        var clip = new Option<string?>("--clip") { Description = "Instead: how fast annotate is on this video, against what the machine allows" };
        var scene = new Option<string?>("--scene") { Description = "Also draw this scene, without a window, with the experiments it switches on" };
        var size = new Option<string>("--size") { Description = "At which the scene is drawn", DefaultValueFactory = _ => "1280x720" };
        command.Add(frames);
        command.Add(scene);
        command.Add(size);
        command.Add(json);
        command.Add(clip);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            JsonReport.MakeRoom(parsed.GetValue(json));
            if (parsed.GetValue(frames) <= 0)
                throw new LiveCamException("Cannot measure", $"--frames {parsed.GetValue(frames)}", "there would be nothing to do", "Give a number above 0, or leave it out");
            var network = explain.OpenNetwork(parsed);
            if (parsed.GetValue(clip) is { } file)
            {
                var clipBench = new ClipBench(file, () => explain.Open(parsed, network));
                clipBench.Run(Rounds);
                Print(clipBench);
                return (int)ExitCode.Done;
            }
            using var setup = explain.Open(parsed, network);
            var bench = new Bench(setup, explain.Device(parsed), parsed.GetValue(scene), SourceArguments.ParseSize(parsed.GetValue(size)!));
            bench.Run(parsed.GetValue(frames));
            Print(bench);
            if (parsed.GetValue(json) is { } path)
                JsonReport.Write(path, stream => WriteJson(bench, stream));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Print(ClipBench bench)
    {
        Console.WriteLine($"annotate, {bench.Frames} frames, median of {Rounds} rounds, {Environment.ProcessorCount} cores");
        foreach (var (step, samples) in bench.Steps)
            Console.WriteLine($"  {step,-8} {samples.Median,7:F2} ms a frame, taken in turn");
        Console.WriteLine($"  processor {bench.ProcessorMs,6:F2} ms a frame in all steps, the encoder included");
        Console.WriteLine($"  limit    {bench.LimitMs,7:F2} ms a frame: {1000 / bench.LimitMs:F1} frames/s");
        Console.WriteLine($"  reached  {bench.WallMs,7:F2} ms a frame: {1000 / bench.WallMs:F1} frames/s, {bench.LimitMs / bench.WallMs:P1} of the limit");
    }

    private static void Print(Bench bench)
    {
        Console.WriteLine($"{bench.Network.Card.Name}, {bench.Method} at {bench.Layer}, {bench.Device}, {bench.Plain.Count} frames, {RuntimeInformation.OSDescription}");
        var table = new Table().AddColumns("", "median ms", "p95 ms").Border(TableBorder.Simple);
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        foreach (var (name, samples) in bench.Rows)
            table.AddRow(name, $"{samples.Median:F3}", $"{samples.P95:F3}");
        AnsiConsole.Write(table);
        Console.WriteLine($"explained over plain: {bench.Ratio:F3} (medians of run + map over plain run)");
        Console.WriteLine($"with experiments over explained: {bench.ExperimentsRatio:F3}");
        foreach (var remark in bench.Remarks)
            Console.WriteLine($"not done: {remark}");
        Console.WriteLine($"ran on: {string.Join(", ", bench.Placement.Select(provider => $"{provider.Key} {provider.Value} nodes"))}");
        Console.WriteLine($"managed allocation: {bench.BytesPerFrame:F0} bytes a warm frame");
    }

    private static void WriteJson(Bench bench, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", bench.Network.Card.Name);
        json.WriteString("method", bench.Method);
        json.WriteString("layer", bench.Layer);
        json.WriteString("device", bench.Device);
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteNumber("frames", bench.Plain.Count);
        json.WriteNumber("explainedOverPlain", bench.Ratio);
        json.WriteNumber("experimentsOverExplained", bench.ExperimentsRatio);
        json.WriteNumber("bytesPerFrame", bench.BytesPerFrame);
        json.WriteStartObject("nodes");
        foreach (var (provider, nodes) in bench.Placement)
            json.WriteNumber(provider, nodes);
        json.WriteEndObject();
        json.WriteStartObject("milliseconds");
        foreach (var (name, samples) in bench.Rows)
        {
            json.WriteStartObject(name);
            json.WriteNumber("median", samples.Median);
            json.WriteNumber("p95", samples.P95);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
