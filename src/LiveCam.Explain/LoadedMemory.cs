using System.Runtime.InteropServices;

namespace LiveCam.Explain;

/// <summary>
/// What loading a network leaves behind: the model's bytes several times over, free, but kept for later by .NET and by the C library. A program that goes on to run for hours has no use
/// for them.
/// </summary>
internal static partial class LoadedMemory
{
    /// <summary>A smaller network is not worth the pause: 5 ms for one of 5 MB, 50 for one of 550.</summary>
    private const int WorthAPause = 4 << 20;

    /// <summary>Gives the free memory back to the system, after a network of so many bytes was loaded.</summary>
    public static void GiveBack(long modelBytes)
    {
        if (modelBytes < WorthAPause)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            // Whether there was anything to give is no concern of ours.
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries than glibc keep less.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
