using LiveCam.Core;
using LiveCam.Explain;

namespace LiveCam.Pipeline.Bundles;

/// <summary>How a frame was explained, so that it can be explained so again.</summary>
/// <param name="Method">CAM method of the run; a bundle holds the maps of all.</param>
/// <param name="Layer">Target layer as it was asked for, or "auto".</param>
/// <param name="Class">Class expression.</param>
/// <param name="Device">Where the network runs.</param>
/// <param name="Threads">Of the CPU.</param>
/// <param name="Parameters">Values of the other parameters that were not as they are at the start.</param>
internal sealed record BundleSettings(string Method, string Layer, string Class, string Device, int Threads, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Said by the fields above, or of a window.</summary>
    private static readonly string[] Elsewhere = ["explain.method", "explain.layer", "explain.class"];
    private const string OfTheWindow = "view.";

    /// <summary>The class that the frame shows, if somebody has said so.</summary>
    public string? Expected { get; init; }

    /// <summary>Name or file of the scene that the picture was drawn with.</summary>
    public string Scene { get; init; } = "default";

    /// <summary>Library of a plug-in execution provider, or null.</summary>
    public string? Plugin { get; init; }

    /// <summary>As a run is set now. On any thread.</summary>
    /// <param name="setup">The run's.</param>
    /// <param name="scene">Name or file of the scene that is drawn.</param>
    /// <param name="expected">Name or index of the class that the frame shows, or null.</param>
    public static BundleSettings Of(ExplainSetup setup, string scene = "default", string? expected = null)
    {
        var device = setup.Explainer.ExecutionDevice;
        return new(setup.Explain.Method.Value, setup.Explain.Layer.Value, setup.Explain.Class.Value, device.Name, device.Threads,
            setup.Parameters.Moved.Where(parameter => !Elsewhere.Contains(parameter.Name) && !parameter.Name.StartsWith(OfTheWindow, StringComparison.Ordinal))
                .ToDictionary(parameter => parameter.Name, parameter => parameter.Text))
        {
            Expected = expected is null ? null : LabelOf(expected, setup.Network),
            Scene = scene,
            Plugin = device.PluginLibrary,
        };
    }

    public ExecutionDevice ToDevice() => new(Device, Plugin) { Threads = Threads };

    /// <summary>The command that explains the frame again, in the bundle's folder.</summary>
    public string CommandFor(string model) =>
        string.Join(' ', ["livecam explain frame.png", "--model", Quoted(model), "--method", Method, "--layer", Quoted(Layer), "--class", Quoted(Class), "--device", Quoted(Device),
            .. Plugin is null ? Array.Empty<string>() : ["--ep-library", Quoted(Plugin)], $"--threads {Threads}", "--scene", Quoted(Scene),
            .. Parameters.Select(pair => $"--set {Quoted($"{pair.Key}={pair.Value}")}"), "--out again.png --map again.npy"]);

    private static string LabelOf(string expected, Network network) => ClassExpression.Parse(expected, network.Labels, network.Classes) is [{ Index: >= 0, Against: null } one]
        ? network.LabelOf(one.Index)
        : throw new LiveCamException("Unknown class", expected, "a picture is expected to show one class", "Name it, or give its index");

    private static string Quoted(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "+-_./=,:".Contains(letter))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
