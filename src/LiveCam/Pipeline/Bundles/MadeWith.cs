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
        from pair in new[]
        {
            ("LiveCam", LiveCam, other.LiveCam), ("ONNX Runtime", OnnxRuntime, other.OnnxRuntime), ("OpenCV", OpenCv, other.OpenCv), (".NET", Dotnet, other.Dotnet),
            ("system", System, other.System), ("processor", Processor, other.Processor),
        }
        where pair.Item2 != pair.Item3
        select $"{pair.Item1} {pair.Item2} instead of {pair.Item3}";

    private static string NameOfProcessor()
    {
        const string List = "/proc/cpuinfo";
        var name = File.Exists(List)
            ? File.ReadLines(List).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return $"{name ?? "unknown"}, {RuntimeInformation.ProcessArchitecture}";
    }
}
