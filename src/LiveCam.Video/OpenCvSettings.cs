using System.Runtime.InteropServices;

namespace LiveCam.Video;

/// <summary>
/// Settings that OpenCV reads from the environment when it is first used. They must be set in the process's own environment,
/// which .NET's copy does not reach on Unix.
/// </summary>
internal static partial class OpenCvSettings
{
    private static readonly Lazy<bool> Done = new(Set);

    /// <summary>Call before the first use of OpenCV; later calls do nothing.</summary>
    public static void Apply() => _ = Done.Value;

    private static bool Set()
    {
        // LiveCam tells its own errors; OpenCV and the ffmpeg inside it would write theirs between them.
        Put("OPENCV_LOG_LEVEL", "SILENT");
        Put("OPENCV_FFMPEG_LOGLEVEL", "-8");
        Put("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0");
        return true;
    }

    private static void Put(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
            return;
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows())
            _ = SetEnv(name, value, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
