using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace LiveCam.Tests.Models;

/// <summary>How a request is answered. The defaults are those of a good server.</summary>
/// <param name="Status">Answers nothing but this status when given: "404 Not Found".</param>
/// <param name="Ranges">Whether it knows Range.</param>
/// <param name="Length">Whether it tells the length; else the end of the connection is the end of the file.</param>
/// <param name="CutAfter">Closes the connection after so many bytes of the answer.</param>
/// <param name="StallAfter">Sends nothing more after so many bytes of the answer, and keeps the connection.</param>
internal sealed record Serving(string? Status = null, bool Ranges = true, bool Length = true, int? CutAfter = null, int? StallAfter = null);

/// <summary>A web server on the loopback that serves files from memory, well or badly, one request a connection.</summary>
internal sealed partial class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    public FileServer()
    {
        _listener.Start();
        _thread = new Thread(Accept) { IsBackground = true };
        _thread.Start();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Path → content.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>How the next requests are answered, one each; then <see cref="Otherwise"/>.</summary>
    public ConcurrentQueue<Serving> Next { get; } = new();

    public Serving Otherwise { get; set; } = new();

    /// <summary>What was asked for, in order: "zoo/net.onnx", "zoo/net.onnx from 1000".</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Refuses connections from here on.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _listener.Stop();
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Accept()
    {
        // Threads of their own: stalled answers would starve the pool that the client under test runs on.
        var answers = new List<Thread>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = _listener.AcceptTcpClient();
                answers.Add(new Thread(() => Answer(client)) { IsBackground = true });
                answers[^1].Start();
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // The test is over; a listener that was stopped before says so in its own way.
            }
        }
        answers.ForEach(answer => answer.Join());
    }

    private void Answer(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var (path, from) = Read(stream);
                Requests.Enqueue(from is null ? path : $"{path} from {from}");
                Answer(stream, path, from, Next.TryDequeue(out var next) ? next : Otherwise);
            }
        }
        catch (IOException)
        {
            // The client left.
        }
    }

    private void Answer(NetworkStream stream, string path, int? from, Serving how)
    {
        var status = how.Status ?? (Files.ContainsKey(path) ? null : "404 Not Found");
        if (status is not null)
        {
            stream.Write(Head($"{status}\r\nContent-Length: 0"));
            return;
        }
        var file = Files[path];
        var start = how.Ranges ? from ?? 0 : 0;
        if (start > file.Length - 1)
        {
            stream.Write(Head($"416 Range Not Satisfiable\r\nContent-Range: bytes */{file.Length}\r\nContent-Length: 0"));
            return;
        }
        var head = start > 0 ? $"206 Partial Content\r\nContent-Range: bytes {start}-{file.Length - 1}/{file.Length}" : "200 OK";
        stream.Write(Head(how.Length ? $"{head}\r\nContent-Length: {file.Length - start}" : head));
        stream.Write(file.AsSpan(start, Math.Min(file.Length - start, how.CutAfter ?? how.StallAfter ?? int.MaxValue)));
        if (how.StallAfter is not null)
            _stop.Token.WaitHandle.WaitOne();
    }

    private static byte[] Head(string lines) => Encoding.ASCII.GetBytes($"HTTP/1.1 {lines}\r\nConnection: close\r\n\r\n");

    private static (string Path, int? From) Read(NetworkStream stream)
    {
        var request = "";
        for (var buffer = new byte[4096]; !request.Contains("\r\n\r\n", StringComparison.Ordinal);)
            request += stream.Read(buffer) is var read and > 0 ? Encoding.ASCII.GetString(buffer, 0, read) : throw new IOException("closed");
        var range = RangeLine().Match(request);
        return (PathLine().Match(request).Groups[1].Value, range.Success ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) : null);
    }

    [GeneratedRegex(@"^GET /(\S*) ")]
    private static partial Regex PathLine();

    [GeneratedRegex(@"^Range: bytes=(\d+)-\r", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex RangeLine();
}
