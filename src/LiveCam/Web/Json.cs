using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveCam.Web;

/// <summary>How the server writes and reads JSON: camelCase, nothing for null.</summary>
internal static class Json
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // It is read as JSON, never put into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
