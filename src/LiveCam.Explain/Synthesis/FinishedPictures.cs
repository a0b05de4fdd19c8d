using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiveCam.Explain.Models;

namespace LiveCam.Explain.Synthesis;

/// <summary>Synthesised inputs by the network's SHA-256, the class or layer and unit, and the settings: in memory, and in the user's cache folder. Used by one
/// thread. What cannot be kept is made again next time.</summary>
public sealed class FinishedPictures
{
    private readonly Dictionary<string, FinishedPicture> _known = [];
    private readonly string _folder;

    /// <param name="folder">Where they lie; the user's cache folder when left out.</param>
    public FinishedPictures(string? folder = null) => _folder = folder ?? Path.Combine(ModelFolder.UserCache, "synthesised");

    /// <summary>The picture, or null when it is not known.</summary>
    public FinishedPicture? Find(Network network, SynthesisTarget target, AscentSettings settings)
    {
        var key = Key(network, target, settings);
        if (_known.TryGetValue(key, out var known))
            return known;
        try
        {
            var file = FileOf(key);
            if (File.Exists(file) && JsonSerializer.Deserialize<FinishedPicture>(File.ReadAllBytes(file)) is { Bgr: not null } read
                && (read.Width, read.Height, read.Bgr.Length) == (network.Card.InputWidth, network.Card.InputHeight, 3 * read.Width * read.Height))
                return _known[key] = read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
        }
        return null;
    }

    public void Keep(Network network, SynthesisTarget target, AscentSettings settings, FinishedPicture picture)
    {
        var key = Key(network, target, settings);
        _known[key] = picture;
        if (!float.IsFinite(picture.Logit))
            return;
        try
        {
            Directory.CreateDirectory(_folder);
            // Whole or not at all: two programs may make the same picture.
            var part = FileOf(key) + $".{Environment.ProcessId}";
            File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(picture));
            File.Move(part, FileOf(key), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private string FileOf(string key) => Path.Combine(_folder, key + ".json");

    // The code that made it counts as well: another one makes another picture.
    private static string Key(Network network, SynthesisTarget target, AscentSettings settings) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{network.Sha256} {target.Layer} {target.Index} {settings} {typeof(InputAscent).Module.ModuleVersionId}")))[..32];
}
