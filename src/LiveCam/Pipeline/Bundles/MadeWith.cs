using System.Reflection;
using System.Runtime.InteropServices;
using LiveCam.Explain;
using LiveCam.Video;

namespace LiveCam.Pipeline.Bundles;

/// <summary>What numbers depend on besides the network and the picture: programs and machine.</summary>
internal sealed record MadeWith(string LiveCam, string OnnxRuntime, string OpenCv, string Dotnet, string System, string Processor)
{
    /// <summary>Of this process.</summary>
    public static MadeWith This { get; } = new(
        typeof(MadeWith).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        ExecutionDevice.RuntimeVersion, OpenCvVersion.Text, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, NameOfProcessor());

    /// <summary>What differs from another, for people: "ONNX Runtime 1.20.0 instead of 1.19.2".</summary>
    public IEnumerable<string> DifferencesFrom(MadeWith other) =>
        from pair in Parts.Zip(other.Parts)
        where pair.First.Version != pair.Second.Version
        select $"{pair.First.Name} {pair.First.Version} instead of {pair.Second.Version}";

    /// <summary>Program, library or machine, and its version or name.</summary>
    public IEnumerable<(string Name, string Version)> Parts =>
        [("LiveCam", LiveCam), ("ONNX Runtime", OnnxRuntime), ("OpenCV", OpenCv), (".NET", Dotnet), ("system", System), ("processor", Processor)];

    private static string NameOfProcessor()
    {
        const string List = "/proc/cpuinfo";
        var name = File.Exists(List)
            ? File.ReadLines(List).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return $"{name ?? "unknown"}, {RuntimeInformation.ProcessArchitecture}";
    }
}
