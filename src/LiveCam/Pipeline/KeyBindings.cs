using LiveCam.Rendering;

namespace LiveCam.Pipeline;

/// <summary>What a key does. Most move a parameter, so that <c>--set</c> can do the same.</summary>
/// <param name="Keys">What the help overlay shows: "[ ]".</param>
/// <param name="Does">What it does, in a few words.</param>
/// <param name="Act">Called for every input event on the render thread; acts on its own.</param>
internal sealed record KeyBinding(string Keys, string Does, Action<LiveControls, InputEvent> Act);

/// <summary>The keyboard, in the order of the help overlay. A new key is one row.</summary>
internal static class KeyBindings
{
    public static IReadOnlyList<KeyBinding> All { get; } =
    [
        On(Key.Space, "space", "pause, go on", controls => controls.Toggle("view.paused")),
        Typed('.', ".", "one frame on, while paused", controls => controls.StepPicture()),
        Typed(',', ",", "one picture back, in a file", controls => controls.StepBack()),
        Typed('<', "< >", "mark before, next, of a take", controls => controls.JumpToMark(-1), also: ('>', controls => controls.JumpToMark(+1))),
        Letter('M', "next method", controls => controls.Step("explain.method", +1)),
        Letter('P', "next pixel technique", controls => controls.Step("explain.pixels", +1)),
        Letter('L', "next target layer", controls => controls.StepLayer()),
        new("1 - 5", "pin that class, unpin", (controls, input) =>
        {
            if (input is { Kind: InputKind.Character, Character: >= '1' and <= '5' })
                controls.PinRank(input.Character - '1');
        }),
        Letter('A', "compare with the next method", controls => controls.StepRival()),
        Letter('X', "compare: split, swipe, flicker", controls => controls.Step("compare.view", +1)),
        new("F1 - F5", "single, split, wall, lab, teaching", (controls, input) =>
        {
            if (input is { Kind: InputKind.KeyDown, Key: >= Key.F1 and <= Key.F5 })
                controls.Lay(ViewParameters.Layouts[input.Key - Key.F1 + 1]);
        }),
        new("arrows, click", "pin a unit of the wall", (_, _) => { }),
        Letter('O', "sort the wall otherwise", controls => controls.Step("wall.sort", +1)),
        Letter('U', "the pinned unit's image", controls => controls.Step("wall.image", +1)),
        Letter('G', "hall of fame on, off", controls => controls.Step("fame.visible", +1)),
        Letter('Z', "randomise one more layer", controls => controls.StepRound("sanity.randomise")),
        Letter('J', "stand, and ask the next referee", controls => controls.StepReferee()),
        Letter('N', "synthesise: class, unit, off", controls => controls.Step("synthesis.of", +1)),
        Letter('D', "paint over with the mouse, stop", controls => controls.Step("brush.on", +1)),
        On(Key.Backspace, "⌫", "take away what is painted", controls => controls.ClearBrush()),
        Letter('C', "next colormap", controls => controls.Step("heatmap.colormap", +1)),
        new("[ ]", "less heat, more heat", (controls, input) =>
        {
            if (input is { Kind: InputKind.Character, Character: '[' or ']' })
                controls.Step("heatmap.opacity", input.Character == ']' ? +1 : -1);
        }),
        new("F6 - F10", "fade class 1 - 5", (controls, input) =>
        {
            if (input is { Kind: InputKind.KeyDown, Key: >= Key.F6 and <= Key.F10 })
                controls.Fade($"heatmap.opacity{input.Key - Key.F6 + 1}");
        }),
        Letter('B', "boxes on, off", controls => controls.Step("boxes.visible", +1)),
        Letter('V', "next view", controls => controls.Step("heatmap.view", +1)),
        Letter('S', "save a snapshot", controls => controls.Toggle("view.snapshot")),
        Letter('E', "save a bundle of everything", controls => controls.Toggle("view.bundle")),
        Letter('R', "record a take, complete it", controls => controls.Toggle("view.recording")),
        Letter('Y', "save the last seconds (--replay)", controls => controls.Toggle("view.replay")),
        Letter('K', "mark this moment of the take", controls => controls.Mark()),
        Letter('T', "record the screen, stop", controls => controls.Toggle("view.screen")),
        On(Key.F11, "F, F11", "full screen", controls => controls.Toggle("view.fullScreen"), alsoTyped: 'f'),
        Letter('W', "meter on, off", controls => controls.Step("meter.visible", +1)),
        Letter('H', "HUD on, off", controls => controls.Step("hud.visible", +1)),
        Typed('?', "?", "these keys, all parameters", controls => controls.Toggle("hud.help")),
        On(Key.Escape, "Esc", "leave", controls => controls.Leave()),
    ];

    /// <summary>Lets every row see <paramref name="input"/>.</summary>
    public static void Handle(LiveControls controls, InputEvent input)
    {
        foreach (var binding in All)
            binding.Act(controls, input);
    }

    private static KeyBinding Letter(char letter, string does, Action<LiveControls> act) => Typed(char.ToLowerInvariant(letter), letter.ToString(), does, act);

    private static KeyBinding Typed(char character, string keys, string does, Action<LiveControls> act, (char Character, Action<LiveControls> Act)? also = null) => new(keys, does, (controls, input) =>
    {
        if (input.Kind != InputKind.Character)
            return;
        if (char.ToLowerInvariant(input.Character) == character)
            act(controls);
        else if (input.Character == also?.Character)
            also?.Act(controls);
    });

    private static KeyBinding On(Key key, string keys, string does, Action<LiveControls> act, char? alsoTyped = null) => new(keys, does, (controls, input) =>
    {
        if ((input.Kind == InputKind.KeyDown && input.Key == key) || (input.Kind == InputKind.Character && char.ToLowerInvariant(input.Character) == alsoTyped))
            act(controls);
    });
}
