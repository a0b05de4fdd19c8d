using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain.Models;
using LiveCam.Onnx;

namespace LiveCam.Explain;

/// <summary>
/// The quick <see cref="GradientCheck"/> of a network at a layer, run once and remembered by the model's SHA-256, the layer, and the
/// version of LiveCam.Onnx in the user's cache folder.
/// </summary>
public static class RememberedCheck
{
    /// <summary>What the check found, and whether it ran just now; null for a model that came with its gradients, to which no plain one can be
    /// compared.</summary>
    /// <exception cref="LiveCamException">The model cannot be run.</exception>
    public static (IReadOnlyList<GradientFinding> Findings, bool IsNew)? Of(Network network, string layer)
    {
        if (network.ComesWithGradients)
            return null;
        var file = Path.Combine(ModelFolder.UserCache, "checks", Key(network, layer) + ".json");
        if (Read(file) is { } known)
            return (known, false);
        var size = (network.Card.InputHeight, network.Card.InputWidth);
        var findings = ModelErrors.Translate(() => GradientCheck.Quick(network.Model, ExplainableModel.From(network.Model, new PreparationOptions
        {
            Layers = [layer],
            ImageSize = size,
            FixedSize = true,
        }), size));
        Write(file, findings);
        return (findings, true);
    }

    // Of a network that gives no numbers the errors are none either.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static string Key(Network network, string layer)
    {
        var code = typeof(ExplainableModel).Module.ModuleVersionId;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{network.Sha256} {layer} {code}")))[..32];
    }

    private static GradientFinding[]? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<GradientFinding[]>(File.ReadAllBytes(file), Json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What cannot be remembered is found out again next time.</summary>
    private static void Write(string file, IReadOnlyList<GradientFinding> findings)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(findings, Json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
