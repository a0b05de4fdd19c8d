using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>One picture file. A second frame is refused, because it would take the first one's place.</summary>
public sealed class PictureSink : FrameSink
{
    public PictureSink(string path)
    {
        Name = path;
        OutputFile.Prepare(path);
    }

    public override string Name { get; }

    public override void Write(Frame frame)
    {
        if (Written > 0)
            throw new LiveCamException("Cannot write", Name, "it holds one picture, and there are more",
                $"Write numbered pictures, for example {Path.GetFileNameWithoutExtension(Name)}-%05d{Path.GetExtension(Name)}, or a video");
        Snapshot.Write(frame, Name);
        Written++;
    }

    public override void Complete()
    {
    }
}
