using LiveCam.Core;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Commands;

/// <summary>One picture for a command that takes one, of any source.</summary>
internal static class FirstPicture
{
    /// <summary>The first picture of a source, the caller's to dispose.</summary>
    /// <param name="source">The caller's.</param>
    /// <param name="pool">Where the picture is taken from.</param>
    /// <param name="cannot">What cannot be done without one: "Cannot explain".</param>
    public static Frame Of(FrameSource source, FramePool pool, string cannot)
    {
        ReadResult result;
        Frame? frame;
        do
            result = source.Read(pool, out frame);
        while (result == ReadResult.Timeout);
        return frame ?? throw new LiveCamException(cannot, source.Name, "it holds no picture", "Give a picture");
    }

    /// <summary>The same of a source that is named on the command line beside the main one.</summary>
    public static Frame Of(string name, FramePool pool, string cannot)
    {
        using var source = SourceSchemes.Open(name, new SourceOptions());
        return Of(source, pool, cannot);
    }
}
