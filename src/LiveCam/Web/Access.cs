using System.Net;
using Microsoft.AspNetCore.Http;

namespace LiveCam.Web;

/// <summary>
/// Who may ask. Everybody shows the token, where there is one; a page may open a socket or change something only when it came from this server; and a server that only
/// this machine can reach is asked only by this machine's names, so that no name that somebody lets point here reaches it.
/// </summary>
/// <param name="settings">Token, origins, address.</param>
/// <param name="figures">Counts what is refused.</param>
internal sealed class Access(ServeSettings settings, ServeFigures figures)
{
    /// <summary>The name of the token in a link, and of the cookie that keeps it.</summary>
    public const string TokenName = "token";

    /// <summary>What every answer says to the browser: nothing from elsewhere is loaded, nobody frames the page, nothing is guessed.</summary>
    private static readonly (string Name, string Value)[] Headers =
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; " +
            "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];

    /// <summary>Lets a request through, or answers it.</summary>
    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var (name, value) in Headers)
            context.Response.Headers[name] = value;
        if (WhyNot(context) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }
        if (settings.Token is { } token && HttpMethods.IsGet(context.Request.Method) && context.Request.Path == "/" && context.Request.Query.TryGetValue(TokenName, out var shown) && token.IsShown(shown))
        {
            // The link's token moves into a cookie, so that it stands in no history and on no screen.
            context.Response.Cookies.Append(CookieName(context.Request), shown!, new CookieOptions
            { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = TimeSpan.FromDays(30) });
            context.Response.Redirect("/");
            return;
        }
        await next(context);
    }

    private Problem? WhyNot(HttpContext context)
    {
        var request = context.Request;
        if (IPAddress.IsLoopback(settings.Listen.Address) && !IsOwnName(request.Host.Host) && !settings.Origins.Any(origin => SameHost(origin, request.Host)))
        {
            figures.AddRefused("host");
            return new Problem(421, $"Cannot answer as '{request.Host.Host}'", "this server is for this machine alone", "Ask for localhost, or start it with --allow-origin");
        }
        var asksForChange = context.WebSockets.IsWebSocketRequest || !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (asksForChange && request.Headers.TryGetValue("Origin", out var origin) && !IsOwnOrigin(origin.ToString(), request))
        {
            figures.AddRefused("origin");
            return new Problem(403, "Cannot answer a page from elsewhere", $"it came from '{Shortened(origin.ToString())}'", "Open LiveCam's own page, or start the server with --allow-origin");
        }
        if (settings.Token is null || request.Path == "/healthz" || IsTokenShown(request, settings.Token))
            return null;
        figures.AddRefused(TokenName);
        return new Problem(401, "Cannot answer without the token", "the request shows none, or another one", "Open the link that 'livecam serve' printed, or send 'Authorization: Bearer TOKEN'");
    }

    private static bool IsTokenShown(HttpRequest request, AccessToken token)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? token.IsShown(header[7..].Trim())
            : token.IsShown(request.Cookies[CookieName(request)]) || request.Query.TryGetValue(TokenName, out var shown) && token.IsShown(shown);
    }

    /// <summary>Browsers share cookies among the ports of a machine, on which there may be several servers.</summary>
    private static string CookieName(HttpRequest request) => $"livecam-token-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}";

    private static bool IsOwnName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    private bool IsOwnOrigin(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) || settings.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private static bool SameHost(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase);

    private static string Shortened(string text) => text.Length > 80 ? text[..80] : text;
}
