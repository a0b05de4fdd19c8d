namespace LiveCam.Pipeline.Annotate;

/// <summary>Text files with a line a record, as a process that was killed leaves them: the last line may be cut off.</summary>
internal static class Lines
{
    private const int Buffer = 1 << 16;

    /// <summary>Whole lines of a file, those of its head left out; 0 when it is not there.</summary>
    public static long Count(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = File.OpenRead(path);
        var buffer = new byte[Buffer];
        var count = 0L;
        for (int read; (read = file.Read(buffer)) > 0;)
            count += buffer.AsSpan(0, read).Count((byte)'\n');
        return Math.Max(0, count - Heads(path));
    }

    /// <summary>Keeps the first records of a file, and its head.</summary>
    public static void Cut(string path, long records)
    {
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var buffer = new byte[Buffer];
        var (left, place) = (records + Heads(path), 0L);
        while (left > 0 && file.Read(buffer) is var read and > 0)
            for (var i = 0; i < read && left > 0; i++)
            {
                place++;
                if (buffer[i] == '\n')
                    left--;
            }
        file.SetLength(place);
    }

    /// <summary>Tables have a line of names.</summary>
    private static int Heads(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
}
