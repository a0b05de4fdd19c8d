using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Video;

namespace LiveCam.Commands;

/// <summary><c>livecam cards</c>: the printable sheet of what the default network knows.</summary>
internal static class CardsCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("cards", "Write a PDF of cards to print and hold before the camera", "", "--out cards.pdf");
        var output = new Option<string>("--out") { Description = "File to write", DefaultValueFactory = _ => "docs/cards.pdf" };
        command.Add(output);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(output)!;
            OutputPath.Write(path, CardSheet.Write);
            Console.WriteLine($"Wrote {path}");
            return (int)ExitCode.Done;
        });
        return command;
    }
}
