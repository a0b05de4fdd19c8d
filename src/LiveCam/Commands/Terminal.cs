using Spectre.Console;

namespace LiveCam.Commands;

/// <summary>How text is laid out.</summary>
internal static class Terminal
{
    private const int WideEnough = 160;

    /// <summary>A table in a file or a pipe is not to be broken at 80 columns.</summary>
    public static void WidenWhenRedirected()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WideEnough;
    }
}
