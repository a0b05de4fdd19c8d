using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A scene as JSON: the behaviours in drawing order, each with values for its parameters.
/// <code>{ "behaviours": [ { "behaviour": "picture" }, { "behaviour": "heatmap", "view": "side", "opacity": 0.7 } ] }</code>
/// </summary>
public static class SceneFile
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

    /// <summary>Reads a scene: behaviours not yet awake, and the parameter values to set once they are. Throws <see cref="LiveCamException"/> when
    /// it is no scene.</summary>
    public static (List<Behaviour> Behaviours, List<string> Assignments) Load(string path)
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

    private static (List<Behaviour>, List<string>) Read(string path, JsonElement root)
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
        return (behaviours, assignments);
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
