using System.CommandLine;
using LiveCam.Pipeline;

namespace LiveCam.Commands;

/// <summary>The option <c>--boxes</c> of every command that explains pictures into files.</summary>
internal static class BoxesOption
{
    public static Option<string?> Create() => new("--boxes") { Description = $"Also write boxes around the heat: {BoxFile.Usage}" };
}
