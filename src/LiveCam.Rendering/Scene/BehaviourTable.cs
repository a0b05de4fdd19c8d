using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The behaviours that scene files may name.</summary>
public static class BehaviourTable
{
    // One row a behaviour: its name in scene files, which is also the room of its parameters.
    private static readonly Dictionary<string, Func<Behaviour>> Table = new(StringComparer.Ordinal)
    {
        ["picture"] = () => new CameraPicture(),
        ["heatmap"] = () => new Heatmap(),
        ["compare"] = () => new SideMaps(),
        ["pixels"] = () => new PixelRelief(),
        ["wall"] = () => new Wall(),
        ["unit"] = () => new PinnedUnit(),
        ["fame"] = () => new Fame(),
        ["synthesis"] = () => new Synthesis(),
        ["brush"] = () => new Brush(),
        ["effects"] = () => new Effects(),
        ["hud"] = () => new Hud(),
        ["boxes"] = () => new Boxes(),
    };

    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>A new behaviour of that name. Throws <see cref="LiveCamException"/> with the nearest names when there is none.</summary>
    public static Behaviour Create(string name, string scene)
    {
        if (!Table.TryGetValue(name, out var create))
            throw new LiveCamException("Cannot load scene", scene, $"there is no behaviour '{name}'", NearestNames.Suggest(name, Table.Keys));
        var behaviour = create();
        behaviour.Name = name;
        return behaviour;
    }
}
