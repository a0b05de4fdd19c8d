using LiveCam.Core;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Explain;

/// <summary>
/// Where the network is to run: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or another execution provider of the ONNX Runtime in use,
/// or one loaded from a plug-in library. The answers of other devices than the CPU have not been seen to be right: docs/performance.md, "On a graphics card".
/// </summary>
/// <param name="Name">As the user asked: "auto", "cpu", "cuda" …</param>
/// <param name="PluginLibrary">File of a plug-in execution provider, or null.</param>
public sealed record ExecutionDevice(string Name = "auto", string? PluginLibrary = null)
{
    /// <summary>How the description of a run on the processor begins.</summary>
    private const string Processor = "CPU";

    /// <summary>Whether a session so described runs on the processor.</summary>
    internal static bool IsProcessor(string description) => description.StartsWith(Processor, StringComparison.Ordinal);

    /// <summary>Plug-ins that ONNX Runtime holds already: for the process, where each session has options of its own. Also their lock.</summary>
    private static readonly HashSet<string> Registered = [];

    /// <summary>Inference threads of the CPU: one a core.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The execution providers built into the ONNX Runtime in use, by the names that <c>--device</c> takes.</summary>
    public static IReadOnlyList<string> Available() =>
        [.. OrtEnv.Instance().GetAvailableProviders().Select(name => name.Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant())];

    /// <summary>Version of the ONNX Runtime in use.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>
    /// Session options for this device, the caller's to dispose, and a line that says what was chosen ("CPU, 2 threads").
    /// Throws <see cref="LiveCamException"/> when a device that was asked for by name is not to be had; <c>auto</c> falls back to the CPU and says so.
    /// </summary>
    public (SessionOptions Options, string Description) Configure()
    {
        var options = new SessionOptions { IntraOpNumThreads = Threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        // A thread that spins between two frames takes the core from capture and drawing.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", Environment.ProcessorCount > 4 ? "1" : "0");
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        try
        {
            return (options, Append(options));
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private string Append(SessionOptions options)
    {
        var cpu = $"{Processor}, {Threads} thread{(Threads == 1 ? "" : "s")}";
        if (PluginLibrary is not null)
            return AppendPlugin(options, PluginLibrary);
        var available = Available();
        switch (Name.ToLowerInvariant())
        {
            case "cpu":
                return cpu;
            case "auto":
                return available.Contains("cuda") ? AppendOrFallBack(options, cpu) : cpu;
            case "cuda" when available.Contains("cuda"):
                AppendCuda(options);
                return "CUDA";
            case var other when available.Contains(other):
                options.AppendExecutionProvider(other.ToUpperInvariant());
                return other.ToUpperInvariant();
            default:
                throw new LiveCamException("Cannot run on", Name, $"this ONNX Runtime offers {string.Join(", ", available)}",
                    "Choose one of these, build with -p:OnnxRuntimeFlavor=Gpu for CUDA, or name a plug-in with --ep-library");
        }
    }

    /// <summary>CUDA when it starts, otherwise the CPU with the reason. Not run here.</summary>
    private static string AppendOrFallBack(SessionOptions options, string cpu)
    {
        try
        {
            AppendCuda(options);
            return "CUDA";
        }
        catch (OnnxRuntimeException e)
        {
            return $"{cpu} (CUDA did not start: {FirstLine(e.Message)})";
        }
    }

    /// <summary>Not run here.</summary>
    private static void AppendCuda(SessionOptions options) => options.AppendExecutionProvider_CUDA(0);

    /// <summary>
    /// Loads a plug-in provider. A provider of another ONNX Runtime version registers, lists its devices and then crashes the
    /// process, so the versions are compared before it is used. Nothing but ONNX Runtime may load it: CUDA's asks for its host while it is loaded.
    /// </summary>
    private static string AppendPlugin(SessionOptions options, string library)
    {
        if (!File.Exists(library))
            throw Refuse(library, "there is no such file");
        var environment = OrtEnv.Instance();
        var registration = $"livecam:{Path.GetFileNameWithoutExtension(library)}";
        RegisterOnce(environment, registration, library);
        var devices = environment.GetEpDevices().Where(device => IsOf(device, registration, library)).ToList();
        if (devices.Count == 0)
            throw Refuse(library, "it found no device it can run on");
        RequireSameVersion(library, devices[0]);
        options.AppendExecutionProvider(environment, devices, new Dictionary<string, string>());
        return $"{devices[0].EpName} (plug-in)";
    }

    private static void RegisterOnce(OrtEnv environment, string registration, string library)
    {
        lock (Registered)
        {
            if (Registered.Contains(registration))
                return;
            try
            {
                environment.RegisterExecutionProviderLibrary(registration, Path.GetFullPath(library));
            }
            catch (OnnxRuntimeException e)
            {
                // It names the library of CUDA, say, that is missing.
                throw Refuse(library, $"ONNX Runtime says '{FirstLine(e.Message)}'");
            }
            Registered.Add(registration);
        }
    }

    private static bool IsOf(OrtEpDevice device, string registration, string library)
    {
        var metadata = device.EpMetadata.Entries;
        return metadata.TryGetValue("library_path", out var path)
            ? Path.GetFullPath(path) == Path.GetFullPath(library)
            : device.EpName == registration || device.EpName != "CPUExecutionProvider";
    }

    private static void RequireSameVersion(string library, OrtEpDevice device)
    {
        var runtime = OrtEnv.Instance().GetVersionString();
        var plugin = device.EpMetadata.Entries.GetValueOrDefault("version", "unknown");
        if (MajorMinor(plugin) != MajorMinor(runtime))
            throw Refuse(library, $"it is of version {plugin}, ONNX Runtime is {runtime}; mixing versions crashes");
    }

    private static string MajorMinor(string version) => string.Join('.', version.Split('.').Take(2));

    private static LiveCamException Refuse(string library, string why) =>
        new("Cannot use the execution provider", library, why, "Give a plug-in library of the same ONNX Runtime version, or leave --ep-library out");

    private static string FirstLine(string text) => text.Split('\n')[0].Trim().TrimEnd('.');
}
