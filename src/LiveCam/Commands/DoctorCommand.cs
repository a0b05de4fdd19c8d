using System.CommandLine;
using System.Runtime.InteropServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;
using LiveCam.Rendering;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Commands;

/// <summary><c>livecam doctor</c>: what was found on this machine, what is missing, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("doctor", "Tell what was found on this machine and what is missing", "", "--model net.onnx");
        var model = new Option<string?>("--model") { Description = "Also look closely at this model" };
        command.Add(model);
        command.SetAction(parsed =>
        {
            foreach (var (name, look) in Checks)
                Tell(name, look);
            foreach (var name in ModelFile.Installed())
                Tell($"model {name}", () => Describe(Network.Open(name)));
            if (parsed.GetValue(model) is not { } file)
                return (int)ExitCode.Done;
            var network = Network.Open(file);
            Console.WriteLine();
            Console.WriteLine(network.Guess ?? $"{file}: model card read");
            Console.WriteLine($"{file}: {Describe(network)}");
            Console.WriteLine($"layers, from input to logits: {string.Join(", ", network.Layers)}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>What is looked at, in the order of the data path. A check says what it found, or throws what is missing and what to do.</summary>
    private static readonly (string Name, Func<string> Look)[] Checks =
    [
        ("system", () => $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores"),
        ("OpenCV", () => OpenCvVersion.Text),
        ("cameras", LookForCameras),
        ("ffmpeg", () => FfmpegProgram.FindVersion() is { } version ? $"{version} at {FfmpegProgram.FindPath()}"
            : throw Missing("ffmpeg", "the program was not found", FfmpegProgram.HowToInstall)),
        ("emoji font", () => EmojiFont.FindPath() ?? throw Missing("the pattern camera", "Noto Color Emoji was not found", "Install fonts-noto-color-emoji")),
        ("execution providers", () => string.Join(", ", ExecutionDevice.Available())),
        ("OpenGL, headless", LookForEgl),
        ("display", LookForDisplay),
    ];

    private static string LookForCameras()
    {
        var cameras = Cameras.List();
        return cameras.Count > 0
            ? string.Join(", ", cameras.Select(camera => $"{camera.Index}: {camera.Name}"))
            : throw Missing("camera", "the system lists none", "Plug one in, or use pattern:");
    }

    private static string LookForEgl()
    {
        using var context = new EglContext();
        using var device = new GraphicsDevice(context);
        return $"{device.Version}, {device.Renderer}{(device.IsSoftware ? " (software)" : "")}";
    }

    private static string LookForDisplay()
    {
        using var window = new GlfwWindow("LiveCam", 64, 64);
        using var device = new GraphicsDevice(window);
        return $"{device.Version}, {device.Renderer}";
    }

    private static string Describe(Network network)
    {
        var model = network.At(network.Card.Layer);
        var layer = model.Layer;
        var head = layer.HeadWeights is null ? "backward graph" : "pooled linear head, closed form";
        return $"{network.Classes} classes, input {string.Join('x', network.InputShape)}, target layer {layer.Name}, {head}, {(layer.Approximation is { } why ? $"approximate: {why}" : "exact")}";
    }

    private static void Tell(string name, Func<string> look)
    {
        try
        {
            Console.WriteLine($"  {name,-20} {look()}");
        }
        catch (LiveCamException e)
        {
            Console.WriteLine($"- {name,-20} {e.Why}. {e.Fix}.");
        }
        catch (Exception e) when (LoadFailure.Behind(e) is { } missing)
        {
            Console.WriteLine($"- {name,-20} {LoadFailure.Why(missing)}.");
        }
    }

    private static LiveCamException Missing(string on, string why, string fix) => new("Cannot find", on, why, fix);
}
