using LiveCam.Core;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Commands;

/// <summary>A picture that is named on the command line beside the source.</summary>
internal static class PictureArgument
{
    /// <summary>The first picture of any source, the caller's to dispose.</summary>
    public static Frame Read(string name, FramePool pool)
    {
        using var source = SourceSchemes.Open(name, new SourceOptions());
        ReadResult result;
        Frame? frame;
        do
            result = source.Read(pool, out frame);
        while (result == ReadResult.Timeout);
        return frame ?? throw new LiveCamException("Cannot start from", name, "it holds no picture", "Give a picture");
    }
}
