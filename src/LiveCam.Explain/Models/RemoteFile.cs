using System.Net;
using System.Net.Http.Headers;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>
/// Opens files at addresses, from any byte on: <c>http:</c> and <c>https:</c> by Range requests, <c>file:</c> from disk. What trying again cannot
/// mend is a <see cref="LiveCamException"/>; what it may mend an <see cref="IOException"/>, <see cref="HttpRequestException"/> or
/// <see cref="TimeoutException"/>.
/// </summary>
internal sealed class RemoteFile : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly HttpClient _client;

    /// <param name="patience">How long to wait for a connection, an answer, and each next byte.</param>
    public RemoteFile(TimeSpan patience)
    {
        _patience = patience;
        _client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(RemoteFile).Assembly.GetName().Version!;
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("LiveCam", version.ToString(2)));
    }

    /// <summary>Opens the file at byte <paramref name="from"/>, or at its beginning when the server cannot.</summary>
    public Task<RemoteBody> Open(Uri address, long from, CancellationToken stop) =>
        address.IsFile ? Task.FromResult(OpenLocal(address, from)) : OpenHttp(address, from, stop);

    public void Dispose() => _client.Dispose();

    private RemoteBody OpenLocal(Uri address, long from)
    {
        try
        {
            var file = new FileStream(address.LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            file.Position = from <= file.Length ? from : 0;
            return new RemoteBody(file, file.Position, file.Length, _patience);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(address, e.Message.TrimEnd('.'), e);
        }
    }

    private async Task<RemoteBody> OpenHttp(Uri address, long from, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        var response = await _patience.For(token => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), stop);
        var body = await Answer(address, from, response, stop);
        if (body is not null)
            return body;
        response.Dispose();
        return await OpenHttp(address, 0, stop);
    }

    /// <summary>The body of an answer; null when the range that was asked for is not what came back, so that the whole must be asked for.</summary>
    private async Task<RemoteBody?> Answer(Uri address, long from, HttpResponseMessage response, CancellationToken stop)
    {
        var headers = response.Content.Headers;
        var range = headers.ContentRange;
        var isPart = response.StatusCode == HttpStatusCode.PartialContent;
        if (from > 0 && (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || (isPart && range?.From != from)))
            return null;
        if (response.StatusCode != HttpStatusCode.OK && !(isPart && from > 0))
            using (response)
                throw Refused(address, response);
        var stream = await response.Content.ReadAsStreamAsync(stop);
        return isPart ? new RemoteBody(stream, from, range!.Length, _patience) : new RemoteBody(stream, 0, headers.ContentLength, _patience);
    }

    /// <summary>Overload and trouble inside the server pass; everything else stays as it is.</summary>
    private static Exception Refused(Uri address, HttpResponseMessage response)
    {
        var why = $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            ? new HttpRequestException(why)
            : Refuse(address, why);
    }

    private static LiveCamException Refuse(Uri address, string why, Exception? inner = null) =>
        new("Cannot fetch", address.ToString(), why, "Check the address, and the one given with --base or LIVECAM_ZOO", inner: inner);
}
