using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A scene as JSON: the behaviours in drawing order, each with values for its parameters; how the window is divided (<see cref="Rendering.Layout"/>); and
/// values for parameters of the run that are no behaviour's.
/// <code>{ "layout": { … }, "set": { "meter.visible": "on" },
///   "behaviours": [ { "behaviour": "picture" }, { "behaviour": "heatmap", "view": "side", "opacity": 0.7 } ] }</code>
/// </summary>
/// <param name="Behaviours">Not yet awake; they own nothing before.</param>
/// <param name="Assignments">"heatmap.view=side", to be applied once the behaviours are awake.</param>
/// <param name="Settings">"meter.visible=on", for parameters of the run: its to apply, before it explains anything.</param>
/// <param name="Layout">One pane where the file says nothing.</param>
public sealed record SceneFile(IReadOnlyList<Behaviour> Behaviours, IReadOnlyList<string> Assignments, IReadOnlyList<string> Settings, Layout Layout)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The path of a scene: <paramref name="nameOrPath"/> itself, or scenes/&lt;name&gt;.json. Throws <see cref="LiveCamException"/> with
    /// the nearest names when neither exists.</summary>
    public static string Find(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
            return nameOrPath;
        var folder = Assets.Folder("scenes");
        var named = Path.Combine(folder, nameOrPath + ".json");
        if (File.Exists(named))
            return named;
        var names = Directory.EnumerateFiles(folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!);
        throw new LiveCamException("Cannot find scene", nameOrPath, "it is neither a file nor a scene's name",
            NearestNames.Suggest(nameOrPath, names, $"Give a scene file: '{folder}' holds none"));
    }

    /// <summary>Reads a scene. Throws <see cref="LiveCamException"/> when it is none.</summary>
    public static SceneFile Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Read(path, document.RootElement);
        }
        catch (JsonException e)
        {
            throw Refuse(path, $"line {e.LineNumber + 1} is not JSON", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiveCamException("Cannot read scene", path, e.Message.TrimEnd('.'), "Check the path and its permissions", ExitCode.Input, e);
        }
    }

    private static SceneFile Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("behaviours", out var list) || list.ValueKind != JsonValueKind.Array)
            throw Refuse(path, "it has no list \"behaviours\"");
        var (behaviours, assignments) = (new List<Behaviour>(), new List<string>());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("behaviour", out var name) || name.ValueKind != JsonValueKind.String)
                throw Refuse(path, $"entry {behaviours.Count + 1} of \"behaviours\" has no \"behaviour\"");
            behaviours.Add(BehaviourTable.Create(name.GetString()!, path));
            foreach (var property in item.EnumerateObject().Where(property => property.Name != "behaviour"))
                assignments.Add($"{name}.{property.Name}={Text(property.Value)}");
        }
        try
        {
            return new SceneFile(behaviours, assignments, ReadSettings(path, root), root.TryGetProperty("layout", out var layout) ? Layout.Read(layout) : Layout.Single);
        }
        catch (FormatException e)
        {
            throw Refuse(path, e.Message, e);
        }
    }

    private static List<string> ReadSettings(string path, JsonElement root)
    {
        if (!root.TryGetProperty("set", out var set))
            return [];
        return set.ValueKind == JsonValueKind.Object
            ? [.. set.EnumerateObject().Select(property => $"{property.Name}={Text(property.Value)}")]
            : throw Refuse(path, "its \"set\" is not an object of names and values");
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "on",
        JsonValueKind.False => "off",
        _ => value.ToString(),
    };

    private static LiveCamException Refuse(string path, string why, Exception? inner = null) =>
        new("Cannot load scene", path, why, "Compare it with scenes/default.json", ExitCode.Input, inner);
}
