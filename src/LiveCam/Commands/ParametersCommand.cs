using System.CommandLine;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Rendering;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam parameters</c>: everything that <c>--set</c> can set.</summary>
internal static class ParametersCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("parameters", "List every parameter that --set can set, with its range and present value", "", "--scene side --model emoji-fc");
        var scene = new Option<string>("--scene") { Description = "Scene whose parameters are listed", DefaultValueFactory = _ => "default" };
        command.Add(scene);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            var parameters = new ParameterSet();
            var network = explain.OpenNetwork(parsed);
            var explaining = explain.Parameters(parsed, network, parameters);
            _ = new LaboratoryParameters(parameters, network, explaining);
            using var context = new EglContext();
            using var renderer = new Renderer(context, parsed.GetValue(scene)!, parameters);
            _ = new ViewParameters(parameters);
            explain.ApplySettings(parsed, parameters, network);
            var table = new Table().AddColumns("name", "value", "range", "what it does").Border(TableBorder.Simple);
            foreach (var parameter in parameters)
                table.AddRow(Markup.Escape(parameter.Name), Markup.Escape(parameter.Text), Markup.Escape(parameter.Range), Markup.Escape(parameter.Doc));
            AnsiConsole.Write(table);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
