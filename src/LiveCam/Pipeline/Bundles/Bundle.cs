using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video;

namespace LiveCam.Pipeline.Bundles;

/// <summary>
/// A folder that holds all there is to say about one explained frame, and can be replayed: the frame, the network's input and logits, the maps of every
/// method, the picture as it was drawn, settings, versions, and a command that does it again.
/// </summary>
internal static class Bundle
{
    public const string Still = "frame.png";
    private const string Picture = "picture.png", Command = "reproduce.txt";

    /// <summary>Explains the frame and writes the folder, bundle.json last. On any thread: nothing is shared with a run that goes on. Throws
    /// <see cref="LiveCamException"/>.</summary>
    /// <param name="folder">Missing or empty.</param>
    /// <param name="network">The network explained.</param>
    /// <param name="settings">How.</param>
    /// <param name="frame">The caller's; not changed.</param>
    /// <param name="drawn">The picture as it was drawn, the caller's; null to leave it out.</param>
    public static void Write(string folder, Network network, BundleSettings settings, Frame frame, Frame? drawn)
    {
        RefuseFull(folder);
        OutputPath.CreateFolder(folder);
        Snapshot.Write(frame, Path.Combine(folder, Still));
        if (drawn is not null)
            Snapshot.Write(drawn, Path.Combine(folder, Picture));
        var numbers = BundleNumbers.Of(network, settings, frame);
        foreach (var array in numbers.Arrays)
            OutputPath.Write(PathOf(folder, array.Name), stream => NpyFile.Write(stream, array.Values, array.Shape));
        var model = Path.GetFullPath(network.Path);
        OutputPath.Write(Path.Combine(folder, Command), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(
            $"""
            # Replays the bundle and compares every number, bit for bit:
            livecam explain --bundle .
            # Explains the frame again, in this folder:
            {settings.CommandFor(model)}

            """)));
        new BundleRecord
        {
            Model = new BundleModel(network.Card.Name, model, network.Sha256, network.Card.ToJson()),
            Settings = settings,
            Layer = numbers.Layer,
            RanOn = numbers.Device,
            Approximate = numbers.Exactness.IsExact ? null : numbers.Exactness.Reason,
            Predicted = numbers.Top[0].Label,
            IsRight = settings.Expected is { } expected ? expected == numbers.Top[0].Label : null,
            Top = numbers.Top,
            Targets = numbers.Targets,
            Frame = new BundleFrame(frame.File, frame.Sequence, Math.Round(frame.Timestamp.TotalSeconds, 6), frame.Width, frame.Height),
            MadeWith = MadeWith.This,
            Arrays = [.. numbers.Arrays.Select(array => array.Name)],
        }.Write(folder);
    }

    /// <summary>The file of an array.</summary>
    public static string PathOf(string folder, string array) => Path.Combine(folder, array + ".npy");

    /// <summary>A bundle is whole or not there: files of another one would be taken for this one's.</summary>
    private static void RefuseFull(string folder)
    {
        if (File.Exists(folder) || Directory.Exists(folder) && OutputPath.Guard(folder, () => Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new LiveCamException("Cannot write", folder, File.Exists(folder) ? "it is a file" : "the folder has files in it already", "Choose a new folder for the bundle");
    }
}
