using System.Net;
using System.Net.Sockets;
using System.Text;
using LiveCam.Core;
using LiveCam.Video;

namespace LiveCam.Tests.Video;

/// <summary>A network camera on the loopback: serves counting frames as motion JPEG, and can be cut off, silenced and started again.</summary>
internal sealed class MjpegServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _stop = new();
    private readonly int _frames;
    private readonly bool _withLength;
    private TcpClient? _client;

    /// <param name="port">0 for a free one.</param>
    /// <param name="frames">Sent to each client, then the closing boundary.</param>
    /// <param name="withLength">Whether parts tell their Content-Length.</param>
    public MjpegServer(int port = 0, int frames = 40, bool withLength = true)
    {
        (_frames, _withLength) = (frames, withLength);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}/video";

    /// <summary>Answers, but sends no further picture.</summary>
    public volatile bool Silent;

    /// <summary>Cuts the connection off in the middle.</summary>
    public void Cut() => _client?.Client?.Close(0);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Cut();
        _thread.Join();
        _stop.Dispose();
    }

    private void Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = _client = _listener.AcceptTcpClient();
                Answer(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
            {
                // The client left, or the test cut it off.
            }
        }
    }

    private void Answer(NetworkStream stream)
    {
        _ = stream.Read(new byte[4096]);
        stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"u8);
        using var pool = new FramePool();
        for (var i = 0; i < _frames && !_stop.IsCancellationRequested; i++)
        {
            using var frame = CountingFrames.Draw(pool, i);
            var jpeg = Jpeg(frame);
            var length = _withLength ? $"Content-Length: {jpeg.Length}\r\n" : "";
            stream.Write(Encoding.ASCII.GetBytes($"--frame\r\nContent-Type: image/jpeg\r\n{length}\r\n"));
            stream.Write(jpeg);
            stream.Write("\r\n"u8);
            _stop.Token.WaitHandle.WaitOne(25);
            while (Silent && !_stop.IsCancellationRequested)
                _stop.Token.WaitHandle.WaitOne(25);
        }
        stream.Write("--frame--\r\n"u8);
    }

    private static byte[] Jpeg(Frame frame)
    {
        var path = Path.GetTempFileName() + ".jpg";
        Snapshot.Write(frame, path);
        var jpeg = File.ReadAllBytes(path);
        File.Delete(path);
        File.Delete(Path.ChangeExtension(path, null));
        return jpeg;
    }
}
