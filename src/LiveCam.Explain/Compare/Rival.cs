using LiveCam.Core;
using LiveCam.Explain.Cam;

namespace LiveCam.Explain.Compare;

/// <summary>A method, and perhaps a layer, whose map is shown beside the explained one.</summary>
/// <param name="Method">How the map is made.</param>
/// <param name="Layer">At which layer, or null for the target layer.</param>
/// <param name="Title">What the screen says.</param>
public sealed record Rival(CamMethod Method, string? Layer, string Title)
{
    /// <summary>What the parameter says when there is none.</summary>
    public const string None = "off";

    /// <summary>What it says for every method that the head behind the target layer allows.</summary>
    public const string All = "all";

    /// <summary>More panes than this cannot be told apart on one screen.</summary>
    public const int Most = 6;

    /// <summary>Reads "off", "all", or a list such as "gradcam, layercam@features.10".</summary>
    /// <param name="text">What was asked for.</param>
    /// <param name="network">The network whose layers and head decide what can be done.</param>
    /// <param name="layer">The target layer.</param>
    /// <exception cref="LiveCamException">An unknown method or layer, one that the head does not allow, or too many.</exception>
    public static IReadOnlyList<Rival> Parse(string text, Network network, string layer)
    {
        if (string.Equals(text.Trim(), None, StringComparison.OrdinalIgnoreCase))
            return [];
        if (string.Equals(text.Trim(), All, StringComparison.OrdinalIgnoreCase))
            return [.. network.MethodsAt(layer).Select(method => new Rival(method, null, method.Title))];
        var rivals = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => Read(item, network, layer)).ToList();
        return rivals.Count is > 0 and <= Most ? rivals
            : throw new LiveCamException("Cannot compare with", text, rivals.Count == 0 ? "it names no method" : $"it names {rivals.Count}, at most {Most} can be shown",
                $"Write {None}, {All}, or methods such as gradcam,layercam");
    }

    private static Rival Read(string item, Network network, string target)
    {
        var at = item.IndexOf('@', StringComparison.Ordinal);
        var method = CamMethods.Named(at < 0 ? item : item[..at].Trim());
        var layer = at < 0 ? null : item[(at + 1)..].Trim();
        network.Check(method, layer ?? target);
        return new Rival(method, layer, layer is null ? method.Title : $"{method.Title} at {layer}");
    }
}
