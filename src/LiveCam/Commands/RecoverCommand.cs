using System.CommandLine;
using LiveCam.Core;
using LiveCam.Video.Takes;

namespace LiveCam.Commands;

/// <summary><c>livecam recover</c>: what there is of a take whose recording was cut off, repaired as far as it goes.</summary>
internal static class RecoverCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("recover", "Say what there is of a take whose recording was cut off, and repair it", "take.mkv", "take.mkv --check");
        var take = new Argument<string>("TAKE") { Description = "Video of a take; its .evidence lies beside it" };
        var check = new Option<bool>("--check") { Description = "Only say what there is; change nothing" };
        command.Add(take);
        command.Add(check);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(take)!;
            var recovery = TakeRecovery.Of(path);
            foreach (var line in recovery.Findings)
                Console.WriteLine(line);
            if (!parsed.GetValue(check))
                foreach (var line in recovery.Repair())
                    Console.WriteLine(line);
            return (int)(recovery.IsLost ? ExitCode.Input : ExitCode.Done);
        });
        return command;
    }
}
