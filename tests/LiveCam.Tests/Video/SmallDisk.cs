using System.Diagnostics;
using LiveCam.Testing;

namespace LiveCam.Tests.Video;

/// <summary>A disk in memory that is soon full; gone when disposed. Skips the test where nothing may be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <param name="size">As mount takes it: "300k".</param>
    public static SmallDisk Mount(string size)
    {
        var disk = Repository.NewFolder();
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "needs the right to mount a small disk");
        return new SmallDisk(disk);
    }

    /// <summary>Gives it another size; what is on it stays.</summary>
    public void Grow(string size)
    {
        using var mount = Process.Start("mount", ["-o", $"remount,size={size}", Path]);
        mount.WaitForExit();
        Assert.Equal(0, mount.ExitCode);
    }

    public void Dispose()
    {
        using var umount = Process.Start("umount", [Path]);
        umount.WaitForExit();
        Directory.Delete(Path);
    }
}
