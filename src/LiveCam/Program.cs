using System.CommandLine;
using System.CommandLine.Invocation;
using LiveCam.Commands;
using LiveCam.Core;

Terminal.WidenWhenRedirected();

// The commands, in the order --help lists them. A new command is one file in Commands/ and one row here.
var root = new RootCommand("LiveCam shows, live, why a network says what it says: Grad-CAM++ heatmaps over a camera, a video or a picture. './livecam test' runs the tests.")
{
    DemoCommand.Create(),
    ViewCommand.Create(),
    RenderCommand.Create(),
    RecoverCommand.Create(),
    AnnotateCommand.Create(),
    ExplainCommand.Create(),
    FameCommand.Create(),
    SynthesiseCommand.Create(),
    EvaluateCommand.Create(),
    SanityCommand.Create(),
    ServeCommand.Create(),
    BenchCommand.Create(),
    InspectCommand.Create(),
    PrepareCommand.Create(),
    ModelsCommand.Create(),
    DoctorCommand.Create(),
    ParametersCommand.Create(),
    CardsCommand.Create(),
};
CommandHelp.ShowExamples(root);
try
{
    var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
    CommandHelp.RefuseEmptyWords(args);
    if (parsed.Action is not ParseErrorAction)
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    throw CommandHelp.Refuse(parsed);
}
catch (LiveCamException e)
{
    Console.Error.WriteLine(e.Message);
    return (int)e.ExitCode;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // Every other file names itself in its errors: what is left is the standard output.
    Console.Error.WriteLine($"Cannot write 'the standard output': {WriteFailure.Why(e)}. Give it a place with room.");
    return (int)ExitCode.Input;
}
catch (OperationCanceledException)
{
    return (int)ExitCode.Done;
}
catch (Exception e) when (LoadFailure.Behind(e) is { } missing)
{
    Console.Error.WriteLine(LoadFailure.Refuse(missing).Message);
    return (int)ExitCode.Input;
}
catch (Exception e)
{
    Console.Error.WriteLine($"LiveCam has a defect: {e.Message} Please report it with what follows.\n{e}");
    return (int)ExitCode.Bug;
}
