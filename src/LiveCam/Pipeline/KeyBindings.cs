using LiveCam.Rendering;

namespace LiveCam.Pipeline;

/// <summary>What a key does. Most move a parameter, so that <c>--set</c> can do the same.</summary>
/// <param name="Keys">What the help overlay shows: "[ ]".</param>
/// <param name="Does">What it does, in a few words.</param>
/// <param name="Act">Called for every input event on the render thread; acts on its own.</param>
internal sealed record KeyBinding(string Keys, string Does, Action<LiveSession, InputEvent> Act);

/// <summary>The keyboard, in the order of the help overlay. A new key is one row.</summary>
internal static class KeyBindings
{
    public static IReadOnlyList<KeyBinding> All { get; } =
    [
        On(Key.Space, "space", "pause, go on", session => session.Toggle("view.paused")),
        Typed('.', ".", "one frame on, while paused", session => session.StepPicture()),
        Letter('M', "next method", session => session.Step("explain.method", +1)),
        Letter('L', "next target layer", session => session.StepLayer()),
        new("1 - 5", "pin that class, unpin", (session, input) =>
        {
            if (input is { Kind: InputKind.Character, Character: >= '1' and <= '5' })
                session.PinRank(input.Character - '1');
        }),
        Letter('C', "next colormap", session => session.Step("heatmap.colormap", +1)),
        new("[ ]", "less heat, more heat", (session, input) =>
        {
            if (input is { Kind: InputKind.Character, Character: '[' or ']' })
                session.Step("heatmap.opacity", input.Character == ']' ? +1 : -1);
        }),
        Letter('V', "next view", session => session.Step("heatmap.view", +1)),
        Letter('S', "save a snapshot", session => session.Toggle("view.snapshot")),
        Letter('R', "record, stop recording", session => session.Toggle("view.recording")),
        On(Key.F11, "F, F11", "full screen", session => session.Toggle("view.fullScreen"), alsoTyped: 'f'),
        Letter('H', "HUD on, off", session => session.Step("hud.visible", +1)),
        Typed('?', "?", "these keys", session => session.Toggle("hud.help")),
        On(Key.Escape, "Esc", "leave", session => session.Leave()),
    ];

    /// <summary>Lets every row see <paramref name="input"/>.</summary>
    public static void Handle(LiveSession session, InputEvent input)
    {
        foreach (var binding in All)
            binding.Act(session, input);
    }

    private static KeyBinding Letter(char letter, string does, Action<LiveSession> act) => Typed(char.ToLowerInvariant(letter), letter.ToString(), does, act);

    private static KeyBinding Typed(char character, string keys, string does, Action<LiveSession> act) => new(keys, does, (session, input) =>
    {
        if (input.Kind == InputKind.Character && char.ToLowerInvariant(input.Character) == character)
            act(session);
    });

    private static KeyBinding On(Key key, string keys, string does, Action<LiveSession> act, char? alsoTyped = null) => new(keys, does, (session, input) =>
    {
        if ((input.Kind == InputKind.KeyDown && input.Key == key) || (input.Kind == InputKind.Character && char.ToLowerInvariant(input.Character) == alsoTyped))
            act(session);
    });
}
