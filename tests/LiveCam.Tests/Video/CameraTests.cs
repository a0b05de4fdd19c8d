using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>Cameras through OpenCV's V4L2 reader, against a camera in user space (fakecamera.c) in a process of its own.</summary>
public sealed class CameraTests
{
    private const int Frames = 30;

    /// <summary>Compiles the camera into <paramref name="folder"/> and reads it; skips where there is no C compiler.</summary>
    internal static void RunWithCamera(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/gcc"), "needs gcc, to make a camera in user space");
        var library = Path.Combine(folder, "fakecamera.so");
        var source = Repository.PathOf("tests", "LiveCam.Tests", "Video", "fakecamera.c");
        using (var gcc = Process.Start("/usr/bin/gcc", new[] { "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl" }))
            gcc.WaitForExit();
        Tools.RunTest($"{typeof(CameraTests).FullName}.{nameof(A_camera_delivers_until_it_is_unplugged_and_is_then_reported_lost)}",
            new() { ["LD_PRELOAD"] = library, ["LIVECAM_TEST_FRAMES"] = Frames.ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }

    [Fact(Explicit = true)]
    public void A_camera_delivers_until_it_is_unplugged_and_is_then_reported_lost()
    {
        using var pool = new FramePool();
        List<byte> grey = [];
        using (var source = SourceSchemes.Open("camera:7", new SourceOptions { ReadTimeout = TimeSpan.FromMilliseconds(200) }))
        {
            var last = -1L;
            while (source.Status.Delivering)
            {
                source.Read(pool, out var frame);
                if (frame is null)
                    continue;
                Assert.Equal((320, 240), (frame.Width, frame.Height));
                Assert.True(frame.Sequence > last, "the sequence goes on");
                last = frame.Sequence;
                grey.Add(frame.Pixels[3 * (120 * 320 + 160)]);
                frame.Dispose();
            }
            Assert.StartsWith("lost: the camera delivers no pictures any more, trying again in 0.5 s (attempt 1)", source.Status.Text,
                StringComparison.Ordinal);
        }
        Assert.True(grey.Count > Frames / 2, $"{grey.Count} frames arrived");
        // Brightness rises by 10 a picture and wraps after 16: black is 16 of 255 in the camera's range, so a step is 11 or 12 here.
        var steps = grey.Zip(grey.Skip(1), (a, b) => b - a).ToList();
        Assert.True(steps.Count(step => step is >= 10 and <= 13) > steps.Count / 2, string.Join(' ', grey));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void A_camera_that_is_not_there_is_told_at_once_with_what_there_is()
    {
        var error = Assert.Throws<LiveCamException>(() => SourceSchemes.Open("camera:63", new SourceOptions()));
        Assert.StartsWith("Cannot open 'camera:63': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(Cameras.List().Count == 0 ? "Plug one in, or try 'pattern:'" : "There is camera:", error.Message, StringComparison.Ordinal);
    }
}
