using System.Diagnostics;
using System.Text.Json;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>The optional real networks, unpacked once a run, and how their input is made.</summary>
internal sealed record RealModel(string Name, byte[] Bytes, int Size, string Order, double Scale, double[] Mean, double[] Std, string Layer)
{
    private static readonly Lock Unpacking = new();

    /// <summary>Skips the running test when the networks are absent.</summary>
    public static RealModel Load(string name)
    {
        using var index = JsonDocument.Parse(File.ReadAllText(Repository.SharedData("models", "models.json")));
        var card = index.RootElement.GetProperty(name);
        return new RealModel(name, Unpack(Repository.SharedData("models", $"{name}.onnx.xz")), card.GetProperty("size").GetInt32(),
            card.GetProperty("order").GetString()!,
            card.GetProperty("scale").GetDouble(), Numbers("mean"), Numbers("std"), card.GetProperty("layer").GetString()!);

        double[] Numbers(string key) => [.. card.GetProperty(key).EnumerateArray().Select(e => e.GetDouble())];
    }

    public double[] Input(string picture) =>
        PngPicture.Read(Repository.SharedData("golden", $"{picture}.png")).ToInput(Order, Scale, Mean, Std);

    private static byte[] Unpack(string path)
    {
        lock (Unpacking)
        {
            using var xz = Process.Start(new ProcessStartInfo("xz", ["-dkc", path]) { RedirectStandardOutput = true })!;
            using var bytes = new MemoryStream();
            xz.StandardOutput.BaseStream.CopyTo(bytes);
            xz.WaitForExit();
            return bytes.ToArray();
        }
    }
}
