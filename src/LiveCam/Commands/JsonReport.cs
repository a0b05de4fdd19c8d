using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiveCam.Pipeline;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary>How <c>--json</c> reports are written: snake_case names, indented, labels readable; to the standard output when the file is "-".</summary>
internal static class JsonReport
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Leaves the standard output to what is written to "-": text for people goes to standard error from now on.</summary>
    public static void MakeRoom(string? path)
    {
        if (path != OutputPath.StandardOutput)
            return;
        Console.SetOut(Console.Error);
        AnsiConsole.Profile.Out = new AnsiConsoleOutput(Console.Error);
    }

    /// <summary>Writes a whole report.</summary>
    public static void Write(string path, Action<Stream> compose)
    {
        if (path != OutputPath.StandardOutput)
        {
            OutputPath.Write(path, compose);
            return;
        }
        using var output = Console.OpenStandardOutput();
        compose(output);
        output.Write("\n"u8);
    }
}
