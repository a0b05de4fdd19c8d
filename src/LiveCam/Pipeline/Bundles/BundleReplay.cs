using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Bundles;

/// <summary>What explaining a bundle's frame again gave.</summary>
/// <param name="Same">Arrays that are the same to the bit.</param>
/// <param name="Differences">What differs, and by how much, a line each.</param>
/// <param name="Warnings">What else is not as it was, which may be why.</param>
internal sealed record BundleReplay(IReadOnlyList<string> Same, IReadOnlyList<string> Differences, IReadOnlyList<string> Warnings)
{
    /// <summary>Explains the frame of a bundle once more and compares all numbers. Throws <see cref="LiveCamException"/> when the network is not the one it was made with.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="model">Where the network is now, or null for where it was.</param>
    public static BundleReplay Of(string folder, string? model)
    {
        var record = BundleRecord.Read(folder);
        var network = Open(folder, record, model);
        var warnings = new List<string>();
        var changed = MadeWith.This.DifferencesFrom(record.MadeWith).ToList();
        if (changed.Count > 0)
            warnings.Add($"Replayed with {string.Join(", ", changed)}: the last bits may differ for that alone");
        if (network.Card.ToJson().ToJsonString() != record.Model.Card.ToJsonString())
            warnings.Add($"The model card of '{network.Path}' is not the one in the bundle: preprocessing, labels or layer may differ");
        using var pool = new FramePool();
        using var source = SourceSchemes.Open(Path.Combine(folder, Bundle.Still), new SourceOptions());
        source.Read(pool, out var frame);
        using (frame)
        {
            var (same, differences) = (new List<string>(), new List<string>());
            var numbers = BundleNumbers.Of(network, record.Settings, frame!);
            foreach (var array in numbers.Arrays)
                if (Compare(folder, record, array) is { } difference)
                    differences.Add(difference);
                else
                    same.Add(array.Name);
            differences.AddRange(record.Arrays.Except(numbers.Arrays.Select(array => array.Name)).Select(name => $"{name}: in the bundle, but not computed"));
            return new BundleReplay(same, differences, warnings);
        }
    }

    /// <summary>"input, logits, 7 maps".</summary>
    public static string InWords(IReadOnlyList<string> arrays)
    {
        var maps = arrays.Count(name => name.StartsWith("maps/", StringComparison.Ordinal));
        return string.Join(", ", [.. arrays.Where(name => !name.Contains('/', StringComparison.Ordinal)), .. maps > 0 ? new[] { $"{maps} map{(maps == 1 ? "" : "s")}" } : []]);
    }

    private static Network Open(string folder, BundleRecord record, string? model)
    {
        var path = model ?? record.Model.Path;
        if (model is null && !File.Exists(path))
            throw new LiveCamException("Cannot replay", folder, $"its network '{path}' is not there any more", "Say where it is with --model", ExitCode.Model);
        var network = Network.Open(path);
        return network.Sha256 == record.Model.Sha256
            ? network
            : throw new LiveCamException("Cannot replay", folder, $"'{network.Path}' is not the network it was made with: its SHA-256 is {network.Sha256}, that in the bundle {record.Model.Sha256}",
                "Name the network it was made with, with --model", ExitCode.Model);
    }

    /// <summary>Null when they are the same to the bit.</summary>
    private static string? Compare(string folder, BundleRecord record, BundleArray array)
    {
        if (!record.Arrays.Contains(array.Name))
            return $"{array.Name}: computed, but not in the bundle";
        var (values, shape) = NpyFile.Read(Bundle.PathOf(folder, array.Name));
        if (!shape.SequenceEqual(array.Shape))
            return $"{array.Name}: [{string.Join(',', array.Shape)}], in the bundle [{string.Join(',', shape)}]";
        var (count, most, largest) = (0, 0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[i]));
            if (BitConverter.SingleToInt32Bits(values[i]) == BitConverter.SingleToInt32Bits(array.Values[i]))
                continue;
            count++;
            most = Math.Max(most, Math.Abs((double)values[i] - array.Values[i]));
        }
        return count == 0 ? null : FormattableString.Invariant($"{array.Name}: {count} of {values.Length} numbers differ, by up to {most:G3} where the largest is {largest:G3}");
    }
}
