using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Rendering;
using Microsoft.AspNetCore.Http;

namespace LiveCam.Web;

/// <summary>
/// The page, read once at the start: what is asked for later is looked up among these names and touches no file. With it goes how a map is shown: the desktop's own
/// shaders in the browser's dialect, its colormaps and hues.
/// </summary>
internal sealed class PageFiles
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, (byte[] Bytes, string Type, string Tag)> _files;

    public PageFiles()
    {
        var folder = Assets.Folder("web");
        var files = Directory.GetFiles(folder).Where(file => Types.ContainsKey(Path.GetExtension(file)))
            .ToDictionary(file => "/" + Path.GetFileName(file), file => Of(File.ReadAllBytes(file), Types[Path.GetExtension(file)]));
        files["/"] = files["/index.html"];
        files["/look.json"] = Of(JsonSerializer.SerializeToUtf8Bytes(new
        {
            shaders = PortableShaders.All(),
            colormaps = Colormap.Names.Select((name, i) => new { name, bgra = Colormap.Lookup(i) }),
            hues = Enumerable.Range(0, Hues.Count).Select(i => new[] { Hues.Of(i).X, Hues.Of(i).Y, Hues.Of(i).Z }),
        }, Json.Options), Types[".json"]);
        _files = files.ToFrozenDictionary();
    }

    /// <summary>The paths that are answered.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    public Task GetAsync(HttpContext context)
    {
        // The routes are not so strict about case and a slash at the end.
        if (!_files.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        var (bytes, type, tag) = file;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static (byte[] Bytes, string Type, string Tag) Of(byte[] bytes, string type) => (bytes, type, $"\"{Convert.ToHexString(SHA256.HashData(bytes), 0, 8)}\"");
}
