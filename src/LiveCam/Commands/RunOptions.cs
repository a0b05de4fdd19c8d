using System.CommandLine;
using LiveCam.Core;

namespace LiveCam.Commands;

/// <summary>The options of commands that show or write pictures: scene, limit, data, boxes.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _scene = new("--scene") { Description = "Scene: default, side, spotlight, split, wall, lab, teaching, or a scene file", DefaultValueFactory = _ => "default" };
    private readonly Option<long?> _frames = new("--frames") { Description = "Stop after so many pictures" };
    private readonly Option<string?> _data = new("--data") { Description = $"Also write a record, with the map, for every frame explained: {Pipeline.Annotate.RecordFile.Usage}" };
    private readonly Option<string?> _boxes = Commands.BoxesOption.Create();

    public RunOptions(Command command)
    {
        command.Add(_scene);
        command.Add(_frames);
        command.Add(_data);
        command.Add(_boxes);
    }

    public Option<string?> DataOption => _data;

    public Option<string?> BoxesOption => _boxes;

    public string Scene(ParseResult parsed) => parsed.GetValue(_scene)!;

    public string? Data(ParseResult parsed)
    {
        var data = parsed.GetValue(_data);
        JsonReport.MakeRoom(data);
        return data;
    }

    public string? Boxes(ParseResult parsed) => parsed.GetValue(_boxes);

    public long? Frames(ParseResult parsed) => parsed.GetValue(_frames) is not { } frames ? null
        : frames > 0 ? frames
        : throw new LiveCamException("Cannot stop after", $"--frames {frames}", "there would be nothing to do", "Give a number above 0, or leave it out");
}
