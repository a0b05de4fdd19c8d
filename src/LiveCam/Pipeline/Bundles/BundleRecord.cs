using System.Text.Json;
using System.Text.Json.Nodes;
using LiveCam.Commands;
using LiveCam.Core;

namespace LiveCam.Pipeline.Bundles;

/// <summary>What <c>bundle.json</c> says. Documented in docs/data.md.</summary>
internal sealed record BundleRecord
{
    public const string FileName = "bundle.json";

    public required BundleModel Model { get; init; }

    public required BundleSettings Settings { get; init; }

    /// <summary>Output of the target layer, whatever was asked for.</summary>
    public required string Layer { get; init; }

    /// <summary>The device in words: "CPU, 2 threads".</summary>
    public required string RanOn { get; init; }

    /// <summary>Null where the method's formula holds for this network, otherwise why not.</summary>
    public string? Approximate { get; init; }

    public required string Predicted { get; init; }

    /// <summary>Whether the prediction is what was expected; null when nothing was.</summary>
    public bool? IsRight { get; init; }

    public required IReadOnlyList<ClassScore> Top { get; init; }

    /// <summary>The explained classes, in the order of the maps.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public required BundleFrame Frame { get; init; }

    public required MadeWith MadeWith { get; init; }

    /// <summary>Files of numbers, without their ending.</summary>
    public required IReadOnlyList<string> Arrays { get; init; }

    public void Write(string folder) =>
        OutputPath.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, JsonReport.Options));

    /// <summary>Reads and checks it. Throws <see cref="LiveCamException"/>.</summary>
    public static BundleRecord Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<BundleRecord>(file, JsonReport.Options) is
            {
                Model: { Path: not null, Sha256: not null, Card: not null },
                Settings: { Method: not null, Layer: not null, Class: not null, Device: not null, Threads: >= 1 and <= 256, Parameters: not null },
                Arrays: not null,
                MadeWith: not null,
            } record && record.Settings.Parameters.Values.All(value => value is not null)
                ? record
                : throw Refuse(path, "a field is missing or out of range");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LiveCamException("Cannot replay", folder, "there is no bundle.json in it", "Name a folder that 'livecam explain PHOTO --bundle FOLDER' wrote, or the picture to explain", inner: e);
        }
        catch (JsonException e)
        {
            throw Refuse(path, e.Path is { Length: > 2 } at ? $"'{at[2..]}' is not what it should be" : e.Message.Split('.')[0], e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, e.Message.TrimEnd('.'), e);
        }
    }

    private static LiveCamException Refuse(string path, string why, Exception? inner = null) =>
        new("Cannot read the bundle", path, why, "Make it anew with 'livecam explain PHOTO --bundle FOLDER'", inner: inner);
}

/// <summary>The network of a bundle.</summary>
/// <param name="Name">On its card.</param>
/// <param name="Path">Of its .onnx file.</param>
/// <param name="Sha256">Of that file.</param>
/// <param name="Card">Its card, as model.json has it.</param>
internal sealed record BundleModel(string Name, string Path, string Sha256, JsonObject Card);

/// <summary>Where a bundle's frame came from.</summary>
/// <param name="File">The picture file it is, or null.</param>
/// <param name="Sequence">Its number in its source.</param>
/// <param name="Seconds">Its time there.</param>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
internal sealed record BundleFrame(string? File, long Sequence, double Seconds, int Width, int Height);
