using System.CommandLine;
using System.Globalization;
using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Commands;

/// <summary>The source argument and the options that go with it.</summary>
internal sealed class SourceArguments
{
    private readonly Argument<string> _source = new("SOURCE")
    {
        Description = "Where pictures come from:\n" + string.Join('\n', SourceSchemes.All.Select(scheme => $"  {scheme.Usage}: {scheme.Help}")),
    };
    private readonly Argument<string[]> _more = new("MORE") { Description = "More sources, each with files of its own", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _size = new("--size") { Description = "Size to ask a camera or pattern for: 1280x720" };
    private readonly Option<double?> _fps = new("--fps") { Description = "Rate to ask a camera or pattern for; of a folder of pictures, pictures a second" };
    private readonly Option<bool> _loop = new("--loop") { Description = "Start a file again at its end" };

    /// <param name="command">Gets the argument and the options.</param>
    /// <param name="isOptional">The command can do something without a source.</param>
    /// <param name="isMany">There may be several.</param>
    public SourceArguments(Command command, bool isOptional = false, bool isMany = false)
    {
        if (isOptional)
            _source.Arity = ArgumentArity.ZeroOrOne;
        command.Add(_source);
        if (isMany)
            command.Add(_more);
        command.Add(_size);
        command.Add(_fps);
        command.Add(_loop);
    }

    /// <summary>The source as the user named it; empty when an optional one was left out.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(_source) ?? "";

    /// <summary>Opens the source; it ends when <paramref name="stop"/> is set.</summary>
    public FrameSource Open(ParseResult parsed, CancellationToken stop) => Open(parsed, Name(parsed), stop);

    /// <summary>All sources, as the user named them.</summary>
    public IReadOnlyList<string> Names(ParseResult parsed) => [Name(parsed), .. parsed.GetValue(_more) ?? []];

    /// <summary>Opens one of several.</summary>
    public FrameSource Open(ParseResult parsed, string name, CancellationToken stop) => SourceSchemes.Open(name, new SourceOptions
    {
        Size = parsed.GetValue(_size) is { } size ? ParseSize(size) : null,
        Fps = parsed.GetValue(_fps) is { } fps ? CheckRate(fps) : null,
        Loop = parsed.GetValue(_loop),
        Cancellation = stop,
    });

    /// <summary>The first picture of the source, the caller's to dispose.</summary>
    public Frame ReadPicture(ParseResult parsed, FramePool pool)
    {
        using var opened = Open(parsed, CancellationToken.None);
        return FirstPicture.Of(opened, pool, "Cannot explain");
    }

    private static double CheckRate(double fps) => fps is > 0 and <= 1000
        ? fps
        : throw new LiveCamException("Cannot understand", $"--fps {fps}", "it must be above 0 and at most 1000", "Give frames a second, for example --fps 30");

    /// <summary>Reads "1280x720". Throws <see cref="LiveCamException"/> when it says something else.</summary>
    public static (int Width, int Height) ParseSize(string text)
    {
        var sides = text.Split('x', 'X');
        if (sides.Length == 2
            && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && width is >= 1 and <= 16384 && height is >= 1 and <= 16384)
            return (width, height);
        throw new LiveCamException("Cannot understand the size", text, "it is not WIDTHxHEIGHT in pixels", "Write for example --size 1280x720");
    }
}
