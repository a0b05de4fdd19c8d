using System.Security.Cryptography;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>
/// Fetches files over connections that break: goes on where an earlier attempt, or an earlier run, ended; never writes more than was announced;
/// and keeps nothing whose hash is wrong.
/// </summary>
public sealed class ModelDownload
{
    /// <summary>Attempts in a row that may fail without bringing <see cref="Worthwhile"/> bytes.</summary>
    private const int Attempts = 4;

    private const int Worthwhile = 1 << 20;

    /// <summary>No second download into the same file, and no buffer that a full disk would catch unwritten.</summary>
    private static readonly FileStreamOptions Alone = new()
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
    };

    /// <summary>How long to wait for a connection, an answer, and each next byte.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before the second attempt; doubled before each further one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Fetches a file whose size and hash are known, going on from what is there already. Throws <see cref="LiveCamException"/>.</summary>
    /// <param name="address">http, https or file.</param>
    /// <param name="path">File to write; kept when the connection fails, deleted when what came is not what was wanted.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="sha256">Its SHA-256 in lower-case hex.</param>
    /// <param name="progress">Told how many bytes are there.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>; what came is kept.</param>
    public void Fetch(Uri address, string path, long bytes, string sha256, Action<long> progress, CancellationToken stop)
    {
        using var part = ModelFolder.Guard(path, () => new FileStream(path, Alone));
        try
        {
            if (part.Length > bytes)
                part.SetLength(0);
            RefuseFullDisk(path, bytes - part.Length);
            progress(part.Length);
            Persist(address, () => part.Length, remote => Append(remote, address, part, bytes, progress, stop), stop).GetAwaiter().GetResult();
            part.Position = 0;
            var sum = Convert.ToHexStringLower(SHA256.HashData(part));
            if (sum != sha256)
                throw new WrongFileException($"its SHA-256 is {sum}, the catalogue says {sha256}");
        }
        catch (WrongFileException e)
        {
            part.Dispose();
            File.Delete(path);
            throw Distrust(address, e.Message, "What came was deleted; try again, or another address with --base");
        }
    }

    /// <summary>Fetches a small text of at most <paramref name="limit"/> bytes. Throws <see cref="LiveCamException"/>.</summary>
    public string FetchText(Uri address, int limit, CancellationToken stop)
    {
        using var text = new MemoryStream();
        Persist(address, () => 0, async remote =>
        {
            using var body = await remote.Open(address, 0, stop);
            text.SetLength(0);
            var buffer = new byte[1 << 14];
            for (int read; (read = await body.Read(buffer, stop)) > 0;)
                if (text.Length + read <= limit)
                    text.Write(buffer, 0, read);
                else
                    throw Distrust(address, $"it is longer than {ByteCount.Text(limit)}", "Give another address with --base");
            if (text.Length < body.Length)
                throw new IOException("the connection was closed in the middle");
        }, stop).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Attempts until one succeeds. Who never answered is not asked again: a refusal or an unknown host is no bad luck.</summary>
    private async Task Persist(Uri address, Func<long> have, Func<RemoteFile, Task> attempt, CancellationToken stop)
    {
        using var remote = new RemoteFile(Patience);
        var (failures, pause) = (0, Pause);
        for (; ; )
        {
            var before = have();
            try
            {
                await attempt(remote);
                return;
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
            {
                if (have() - before >= Worthwhile)
                    (failures, pause) = (0, Pause);
                if (++failures == 1 && NeverAnswered(e))
                    throw GiveUp(address, e, "Check the network, or give another address with --base");
                if (failures == Attempts)
                    throw GiveUp(address, e, "Run the same command again later: it goes on where it stopped");
            }
            await Task.Delay(pause, stop);
            pause *= 2;
        }
    }

    /// <summary>One attempt: opens the address where the file ends and adds what comes.</summary>
    private static async Task Append(RemoteFile remote, Uri address, FileStream part, long bytes, Action<long> progress, CancellationToken stop)
    {
        var have = part.Length;
        if (have == bytes)
            return;
        using var body = await remote.Open(address, have, stop);
        // Refused before anything is written: a page that asks for a log-in must not cost what came before it.
        if (body.Length is { } length && length != bytes)
            throw Distrust(address, $"it has {length} bytes, the catalogue says {bytes}", "Give another address with --base");
        if (body.Start != have)
            part.SetLength(have = body.Start);
        part.Position = have;
        var buffer = new byte[1 << 17];
        for (int read; (read = await body.Read(buffer, stop)) > 0; progress(have))
        {
            if (have + read > bytes)
                throw new WrongFileException($"it is longer than the {bytes} bytes that the catalogue says");
            ModelFolder.Guard(part.Name, () => part.Write(buffer, 0, read));
            have += read;
        }
        if (have < bytes)
            throw new IOException($"the connection was closed after {ByteCount.Text(have)} of {ByteCount.Text(bytes)}");
    }

    private static void RefuseFullDisk(string path, long needed)
    {
        var free = ModelFolder.Guard(path, () => new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace);
        if (free < needed)
            throw new LiveCamException("Cannot write", path, $"{ByteCount.Text(needed)} are still to come and {ByteCount.Text(free)} are free",
                "Make room, or choose another folder with --dir");
    }

    private static bool NeverAnswered(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    private static LiveCamException GiveUp(Uri address, Exception error, string fix)
    {
        var cause = error is HttpRequestException ? error.GetBaseException() : error;
        return new("Cannot fetch", address.ToString(), cause.Message.TrimEnd('.'), fix, inner: error);
    }

    private static LiveCamException Distrust(Uri address, string why, string fix) => new("Cannot trust", address.ToString(), why, fix);

    /// <summary>What came is not what the catalogue lists.</summary>
    private sealed class WrongFileException(string why) : Exception(why);
}
