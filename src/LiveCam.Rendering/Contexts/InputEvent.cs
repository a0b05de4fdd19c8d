namespace LiveCam.Rendering;

/// <summary>What the user did.</summary>
public enum InputKind
{
    /// <summary>A key went down, or repeats while held; see <see cref="InputEvent.Key"/>.</summary>
    KeyDown,
    KeyUp,
    /// <summary>A character was typed, after the keyboard layout: the way to hear '?' and '['.</summary>
    Character,
    MouseMove,
    MouseDown,
    MouseUp,
    /// <summary>The wheel moved by <see cref="InputEvent.Y"/> notches, up is positive.</summary>
    Scroll,
    /// <summary>The window's close button was pressed.</summary>
    Close,
}

/// <summary>Keys that LiveCam gives a meaning to beyond their character (GLFW's codes); others arrive with their code cast to this type.</summary>
public enum Key
{
    Unknown = -1,
    Space = 32,
    Escape = 256,
    Enter = 257,
    Tab = 258,
    Backspace = 259,
    Right = 262,
    Left = 263,
    Down = 264,
    Up = 265,
    F1 = 290,
    F2 = 291,
    F3 = 292,
    F4 = 293,
    F5 = 294,
    F11 = 300,
}

/// <summary>One input event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Key">The key of a key event; letters and digits have their upper-case ASCII code.</param>
/// <param name="Character">The character of a character event.</param>
/// <param name="X">Framebuffer pixels from the left of a mouse event.</param>
/// <param name="Y">Framebuffer pixels from the top of a mouse event; notches of a scroll event.</param>
public readonly record struct InputEvent(InputKind Kind, Key Key = Key.Unknown, char Character = '\0', float X = 0, float Y = 0);
