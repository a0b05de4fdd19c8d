using System.Runtime.InteropServices;

namespace LiveCam.Explain.Synthesis;

/// <summary>What <see cref="Thread.Priority"/> does not do on Linux: there a thread's priority is its niceness (setpriority(2): of the calling thread).</summary>
internal static partial class ThreadNiceness
{
    private const int OfProcess = 0;
    private const int CallingThread = 0;
    private const int Nice = 10;

    /// <summary>Makes the calling thread give way to all others; does nothing elsewhere than on Linux.</summary>
    public static void Lower()
    {
        // Refused or not, the work is the same.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfProcess, CallingThread, Nice);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
