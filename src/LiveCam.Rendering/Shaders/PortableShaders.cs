namespace LiveCam.Rendering;

/// <summary>The shaders by which maps are laid over pictures, for a browser: the same files, in the dialect of WebGL 2 (GLSL ES 3.00).</summary>
public static class PortableShaders
{
    private const string Here = "#version 330 core";

    // What ES leaves open, desktops have at full precision.
    private const string There = "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;";

    private static readonly (string File, string Variant)[] Table =
    [
        ("fullscreen.vert", ""), ("camera.frag", ""), ("field.frag", ""), ("hues.frag", ""),
        ("heatmap.frag", "OVERLAY"), ("heatmap.frag", "CONTOURS"), ("heatmap.frag", "SPOTLIGHT"), ("heatmap.frag", "HUES"), ("heatmap.frag", "MAP"),
    ];

    /// <summary>Their text by "heatmap.frag OVERLAY". Throws <see cref="Core.LiveCamException"/> when one is missing.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var folder = Assets.Folder("shaders");
        return Table.ToDictionary(row => row.Variant.Length == 0 ? row.File : $"{row.File} {row.Variant}",
            row => ShaderSource.Read(folder, row.File, row.Variant).Text.Replace(Here, There, StringComparison.Ordinal));
    }
}
