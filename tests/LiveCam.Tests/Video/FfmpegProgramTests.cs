using LiveCam.Video;

namespace LiveCam.Tests.Video;

/// <summary>The program's messages, as it prints them.</summary>
public sealed class FfmpegProgramTests
{
    [Fact]
    public void The_version_is_the_program_s_own()
    {
        Tools.NeedFfmpeg();
        Assert.Matches(@"^n?\d+\.\d+", FfmpegProgram.FindVersion()!);
    }
}
