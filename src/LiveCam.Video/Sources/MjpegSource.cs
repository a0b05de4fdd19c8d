using System.Diagnostics;
using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// Motion JPEG over HTTP, as network cameras and phones serve it: each part of the answer is a JPEG. A part that is no picture is
/// passed over; thirty in a row are a failure. Its Read blocks, so it is used behind a <see cref="PumpedSource"/>.
/// </summary>
public sealed class MjpegSource : FrameSource
{
    private const int BrokenInARow = 30;
    private readonly HttpResponseMessage _response;
    private readonly MultipartReader _parts;
    private readonly FrameMats _mats = new();
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _sequence;

    /// <param name="name">The address.</param>
    /// <param name="response">The answer, its headers read; owned by the source from here on.</param>
    /// <param name="cancellation">Closes the connection, which ends a waiting Read.</param>
    public MjpegSource(string name, HttpResponseMessage response, CancellationToken cancellation)
    {
        (Name, _response, _cancellation) = (name, response, cancellation);
        _parts = new MultipartReader(response.Content.ReadAsStream(cancellation));
        _cancelled = cancellation.Register(response.Dispose);
        OpenCvSettings.Apply();
    }

    public override string Name { get; }

    public override bool IsLive => true;

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        try
        {
            for (var broken = 0; broken < BrokenInARow; broken++)
            {
                if (!_parts.TryRead(out var jpeg))
                    return ReadResult.End;
                if ((frame = Decode(jpeg, pool)) is not null)
                    return ReadResult.Frame;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException
            or ObjectDisposedException or OperationCanceledException)
        {
            if (_cancellation.IsCancellationRequested)
                return ReadResult.End;
            throw new LiveCamException("Lost", Name, Reason(e), "Check the other side of the connection", inner: e);
        }
        throw new LiveCamException("Lost", Name, $"{BrokenInARow} parts in a row were no pictures", "Check that the address serves motion JPEG");
    }

    protected override void Dispose(bool disposing)
    {
        _cancelled.Dispose();
        _response.Dispose();
        _mats.Dispose();
        base.Dispose(disposing);
    }

    private Frame? Decode(ReadOnlySpan<byte> jpeg, FramePool pool)
    {
        // OpenCvSharp offers no decoding into memory of ours: one Mat a picture, released at once.
        using var picture = TryDecode(jpeg);
        if (picture.Empty())
            return null;
        var frame = _mats.Copy(picture, pool);
        frame.Sequence = _sequence++;
        frame.Timestamp = _clock.Elapsed;
        frame.CapturedAt = Stopwatch.GetTimestamp();
        return frame;
    }

    /// <summary>An empty picture for a part that is none, or one that claims an absurd size.</summary>
    private static Mat TryDecode(ReadOnlySpan<byte> jpeg)
    {
        try
        {
            return jpeg.IsEmpty ? new Mat() : Cv2.ImDecode(jpeg, ImreadModes.Color);
        }
        catch (OpenCVException)
        {
            return new Mat();
        }
    }

    private static string Reason(Exception e) => e.GetBaseException() switch
    {
        System.Net.Sockets.SocketException socket => socket.Message,
        HttpIOException => "the connection was closed in the middle of a picture",
        var other => other.Message.TrimEnd('.'),
    };
}
