using System.Net;
using System.Text.Json;
using LiveCam.Core;
using Microsoft.AspNetCore.Http;

namespace LiveCam.Web;

/// <summary>What went wrong, as RFC 9457 has it: the four parts of an error, for programs and people. Never a stack trace.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Title">What failed, on what.</param>
/// <param name="Detail">Why.</param>
/// <param name="Fix">What to do.</param>
internal sealed record Problem(int Status, string Title, string Detail, string Fix)
{
    /// <summary>Letters of what was sent that are sent back.</summary>
    private const int MostEchoed = 200;

    /// <summary>Seconds after which trying again makes sense; null where it does not.</summary>
    public int? RetryAfter { get; init; }

    public static Problem Of(LiveCamException e, int status = StatusCodes.Status400BadRequest) => new(status, $"{e.What} '{(e.On.Length > MostEchoed ? e.On[..MostEchoed] + "…" : e.On)}'", e.Why, e.Fix);

    /// <summary>Nobody else can be served now.</summary>
    public static Problem Busy(string what, double seconds)
    {
        var wait = (int)Math.Clamp(Math.Ceiling(seconds), 1, 3600);
        return new(StatusCodes.Status503ServiceUnavailable, "The server is busy", what, $"Try again in {wait} s") { RetryAfter = wait };
    }

    /// <summary>For a socket: the same as a text message.</summary>
    public string ToMessage() => JsonSerializer.Serialize(new { type = "problem", status = Status, title = Title, detail = Detail, fix = Fix, retryAfter = RetryAfter }, Json.Options);

    /// <summary>Answers a request: a browser that was sent somewhere by its user with a page of words, everything else in JSON.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
            return;
        context.Response.StatusCode = Status;
        if (Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (IsForPeople(context.Request))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(Page(), context.RequestAborted);
            return;
        }
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new { type = "about:blank", status = Status, title = Title, detail = Detail, fix = Fix, retryAfter = RetryAfter },
            Json.Options, context.RequestAborted);
    }

    private static bool IsForPeople(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().StartsWith("text/html", StringComparison.OrdinalIgnoreCase);

    // Without the token not even the page's own style may be loaded.
    private string Page() =>
        $"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><meta name=color-scheme content='dark light'><title>LiveCam</title>"
        + $"<h1>{WebUtility.HtmlEncode(Title)}</h1><p>{WebUtility.HtmlEncode(char.ToUpperInvariant(Detail[0]) + Detail[1..])}.<p>{WebUtility.HtmlEncode(Fix)}.</html>";
}
