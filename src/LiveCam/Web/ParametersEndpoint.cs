using System.Text.Json;
using LiveCam.Core;
using Microsoft.AspNetCore.Http;

namespace LiveCam.Web;

/// <summary><c>/api/parameters</c>: those of the server's own source, for everybody who watches it.</summary>
internal static class ParametersEndpoint
{
    /// <summary>All of them.</summary>
    public static Task GetAsync(HttpContext context, ParameterSet parameters) =>
        context.Response.WriteAsJsonAsync(parameters.Select(ParameterDescription.Of), Json.Options, context.RequestAborted);

    /// <summary>{"heatmap.opacity": 0.4, "explain.class": "dog"}: all are set, or, when one is refused, none.</summary>
    public static async Task PutAsync(HttpContext context, ParameterSet parameters)
    {
        if (await ReadAsync(context) is not { } settings)
        {
            await new Problem(400, "Cannot set the parameters", "the body is no JSON object of names and values", "Send for example {\"heatmap.opacity\": 0.4}").WriteAsync(context);
            return;
        }
        var undo = new Stack<(Parameter Parameter, string Text)>();
        try
        {
            foreach (var (name, value) in settings)
            {
                var parameter = parameters[name];
                undo.Push((parameter, parameter.Text));
                parameter.Parse(value);
            }
        }
        catch (LiveCamException e)
        {
            foreach (var (parameter, text) in undo)
                parameter.Parse(text);
            await Problem.Of(e).WriteAsync(context);
            return;
        }
        await GetAsync(context, parameters);
    }

    /// <summary>A JSON value as a parameter reads it.</summary>
    public static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "on",
        JsonValueKind.False => "off",
        _ => value.GetRawText(),
    };

    private static async Task<List<KeyValuePair<string, string>>?> ReadAsync(HttpContext context)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? [.. json.RootElement.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, TextOf(property.Value)))] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a lone surrogate is no text.
            return null;
        }
    }
}
