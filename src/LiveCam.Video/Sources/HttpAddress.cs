using System.Net;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>Opens <c>http(s)://</c>: motion JPEG by LiveCam's own reader, one picture as a picture, and the rest through ffmpeg.</summary>
internal static class HttpAddress
{
    /// <summary>Endings that are never motion JPEG: ffmpeg asks the server itself.</summary>
    private static readonly string[] ForFfmpeg = [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".m3u8", ".mpd", ".ts", ".flv", ".avi", ".mpg", ".mpeg",
        ".ogv"];

    private const long LargestPicture = 256 << 20;

    private static readonly string[] ForMotionJpeg = [".mjpg", ".mjpeg"];

    public static FrameSource Open(string address, SourceOptions options, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            throw new LiveCamException("Cannot open", address, "it is no valid address", "Write it like http://192.168.0.7:8080/video");
        if (ForFfmpeg.Contains(Path.GetExtension(uri.AbsolutePath), StringComparer.OrdinalIgnoreCase))
            return FfmpegSource.OpenAddress(address, options, cancellation);
        var response = Ask(address, uri, options, cancellation);
        switch (response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant())
        {
            case { } type when type.StartsWith("multipart/", StringComparison.Ordinal):
                return new MjpegSource(address, response, cancellation);
            // A server that does not say what it sends, as ffmpeg's own, is believed by the ending of the address: asking again may find it gone.
            case null or "application/octet-stream" when ForMotionJpeg.Contains(Path.GetExtension(uri.AbsolutePath), StringComparer.OrdinalIgnoreCase):
                return new MjpegSource(address, response, cancellation);
            case { } type when type.StartsWith("image/", StringComparison.Ordinal):
                using (response)
                    return PictureSource.FromBytes(address, Body(address, response, options, cancellation));
            default:
                response.Dispose();
                return FfmpegSource.OpenAddress(address, options, cancellation);
        }
    }

    /// <summary>A whole picture, within the time and the size that a picture may take.</summary>
    private static byte[] Body(string address, HttpResponseMessage response, SourceOptions options, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.OpenTimeout);
        try
        {
            response.Content.LoadIntoBufferAsync(LargestPicture, timeout.Token).GetAwaiter().GetResult();
            return response.Content.ReadAsByteArrayAsync(timeout.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            throw new LiveCamException("Cannot open", address, e is OperationCanceledException
                ? $"the picture did not arrive within {options.OpenTimeout.TotalSeconds:0.#} s" : $"the picture did not arrive whole: {e.GetBaseException().Message.TrimEnd('.')}",
                "Check the other side of the connection", inner: e);
        }
    }

    private static HttpResponseMessage Ask(string address, Uri uri, SourceOptions options, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.OpenTimeout);
        try
        {
            // The client lives as long as the answer: disposing of it would close the connection.
            var client = new HttpClient(Handler(uri), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw Refused(address, response.StatusCode);
        }
        catch (OperationCanceledException e)
        {
            throw new LiveCamException("Cannot open", address, cancellation.IsCancellationRequested ? "it was interrupted"
                : $"no answer came within {options.OpenTimeout.TotalSeconds:0.#} s", "Check the address, and that no firewall is between", inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new LiveCamException("Cannot open", address, e.GetBaseException().Message.TrimEnd('.'),
                "Check the address, and that the server runs", inner: e);
        }
    }

    private static SocketsHttpHandler Handler(Uri uri)
    {
        var handler = new SocketsHttpHandler { UseProxy = !uri.IsLoopback };
        if (uri.UserInfo.Split(':', 2) is [var user, var password])
            handler.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
        return handler;
    }

    private static LiveCamException Refused(string address, HttpStatusCode status) =>
        new("Cannot open", address, $"the server answered {(int)status} ({status})", status == HttpStatusCode.Unauthorized
            ? "Put user and password into the address: http://user:password@…" : "Check the path behind the machine's name");
}
