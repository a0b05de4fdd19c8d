using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LiveCam.Video;

/// <summary>
/// A running ffmpeg. A thread of its own reads the messages, so the program never blocks on them. Owned by the source or sink
/// that started it; <see cref="Kill"/> may be called on any thread and ends a read or write that is waiting.
/// </summary>
internal sealed partial class FfmpegProcess : IDisposable
{
    private const int KeptLines = 40;
    private const int SetPipeSize = 1031;
    private const int PipeBytes = 1 << 20;
    private readonly Process _process;
    private readonly Thread _listener;
    private readonly List<string> _lines = [];
    private readonly Lock _gate = new();

    public FfmpegProcess(Process process, FfmpegPipes pipes)
    {
        _process = process;
        Pipe = pipes switch
        {
            FfmpegPipes.Input => process.StandardInput.BaseStream,
            FfmpegPipes.Output => process.StandardOutput.BaseStream,
            _ => Stream.Null,
        };
        Enlarge(Pipe);
        _listener = new Thread(Listen) { IsBackground = true, Name = "ffmpeg messages" };
        _listener.Start();
    }

    /// <summary>Raw bytes to its input or from its output, unbuffered.</summary>
    public Stream Pipe { get; }

    /// <summary>Called with every line of its messages, on the listening thread; lines that came before are passed first.</summary>
    public event Action<string>? Line
    {
        add
        {
            lock (_gate)
            {
                _lines.ForEach(value!);
                Said += value;
            }
        }
        remove => Said -= value;
    }

    private event Action<string>? Said;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it said anything.</summary>
    public bool HasComplained
    {
        get
        {
            lock (_gate)
                return _lines.Count > 0;
        }
    }

    /// <summary>Waits for the end of the program and of its messages; false when it is still running after <paramref name="limit"/>.</summary>
    public bool WaitForExit(TimeSpan limit) => _process.WaitForExit(limit) && _listener.Join(TimeSpan.FromSeconds(2));

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had ended by itself.
        }
    }

    /// <summary>Why it failed, in its own words: the last message that is more than a consequence of an earlier one.</summary>
    public string Complaint()
    {
        lock (_gate)
            return FfmpegMessages.Complaint(_lines);
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit(2000);
        try
        {
            Pipe.Dispose();
        }
        catch (IOException)
        {
            // The other end is gone; there is nothing left to flush to.
        }
        _process.Dispose();
    }

    private void Listen()
    {
        try
        {
            while (_process.StandardError.ReadLine() is { } line)
                Keep(line);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The owner disposed of the program while it was talking.
        }
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == KeptLines)
                _lines.RemoveAt(0);
            _lines.Add(line);
            Said?.Invoke(line);
        }
    }

    /// <summary>A pipe of 64 KiB makes both ends wake up forty times for a picture of 1280x720; a megabyte is what any user may ask for.</summary>
    private static void Enlarge(Stream stream)
    {
        var handle = stream switch
        {
            PipeStream pipe => (SafeHandle)pipe.SafePipeHandle,
            FileStream file => file.SafeFileHandle,
            _ => null,
        };
        if (handle is not null && OperatingSystem.IsLinux())
            _ = Fcntl(handle, SetPipeSize, PipeBytes);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(SafeHandle descriptor, int command, int argument);
}
