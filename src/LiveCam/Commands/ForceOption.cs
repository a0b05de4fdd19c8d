using System.CommandLine;

namespace LiveCam.Commands;

/// <summary><c>--force</c> of commands that write what was named.</summary>
internal static class ForceOption
{
    public static Option<bool> Create() => new("--force") { Description = "Replace files that are there" };
}
