using System.Diagnostics;
using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;
using LiveCam.Testing;
using LiveCam.Video;

namespace LiveCam.Tests.Explain;

/// <summary>What a referee's batch costs over as many plain runs; run by name, on a quiet machine, for the table in docs/lab.md. LIVECAM_MODELS names a folder
/// of model folders to measure too.</summary>
public class CostOfRefereeing(ITestOutputHelper output)
{
    private const int Batch = 8;
    private const int Rounds = 25;

    [Fact(Explicit = true)]
    public void A_batch_over_as_many_plain_runs()
    {
        Measure(LiveCam.Explain.Network.Open(Repository.PathOf("models", "emoji")));
        if (Environment.GetEnvironmentVariable("LIVECAM_MODELS") is not { } more)
            return;
        foreach (var model in Directory.GetDirectories(more).Order(StringComparer.Ordinal))
            Measure(LiveCam.Explain.Network.Open(model));
    }

    private void Measure(LiveCam.Explain.Network network)
    {
        var (device, card) = (new ExecutionDevice("cpu"), network.Card);
        using var plain = new PlainClassifier(network, device);
        using var batches = new BatchClassifier(network, device, Batch);
        var parts = new int[card.InputWidth * card.InputHeight];
        var picture = new byte[3 * parts.Length];
        new Random(1).NextBytes(picture);
        var count = new SlicSuperpixels().Split(picture, card.InputWidth, card.InputHeight, 50, parts);
        var plan = new PerturbationPlan(card.InputWidth, card.InputHeight, Batch * (Rounds + 2)) { Window = card.InputWidth / 5, Stride = card.InputWidth / 20, Parts = parts, PartCount = count };
        foreach (var method in PerturbationMethods.All)
        {
            var refereed = new RefereedPicture(plain.Input, method, plan, new Removal(card, MaskConvention.Tensor), new AskedScore(0, null, false, false), Batch);
            var (runs, advances) = (new Samples(), new Samples());
            for (var round = -2; round < Rounds; round++)
            {
                var alone = 0.0;
                for (var i = 0; i < Batch; i++)
                    alone += plain.Run();
                var started = Stopwatch.GetTimestamp();
                refereed.Advance(batches, Batch);
                if (round < 0)
                    continue;
                runs.Add(alone);
                advances.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{card.Name}, {method.Name}: {Batch} masks {advances.Median:F1} ms, {Batch} plain runs {runs.Median:F1} ms, {advances.Median / runs.Median:F2}; {batches.Pictures} pictures a run"));
        }
    }
}
