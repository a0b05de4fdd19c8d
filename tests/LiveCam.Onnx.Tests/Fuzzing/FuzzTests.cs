using System.Diagnostics;
using System.Globalization;

namespace LiveCam.Onnx.Tests.Fuzzing;

/// <summary>Good files made bad at random: each ends in a result or in an error for the user, within the bounds of <see cref="Bounded"/>.</summary>
public sealed class FuzzTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_bad_file_ends_in_a_result_or_in_an_error() => Fuzz(SeedModels.Made(), files: 4000, seed: 20);

    /// <summary>The long form: LIVECAM_FUZZ_FILES files (100,000) from LIVECAM_FUZZ_SEED (1), the real networks among their seeds.</summary>
    [Fact(Explicit = true)]
    public void A_hundred_thousand_bad_files_do_too() =>
        Fuzz([.. SeedModels.Made(), .. SeedModels.Real()], Number("LIVECAM_FUZZ_FILES", 100_000), Number("LIVECAM_FUZZ_SEED", 1));

    private static void Fuzz(IReadOnlyList<(string Name, byte[] Bytes)> seeds, int files, int seed)
    {
        foreach (var (name, bytes) in seeds)
            Assert.Null(Bounded.Refusal(bytes, name));
        var (watch, slowest, accepted, errors) = (Stopwatch.StartNew(), TimeSpan.Zero, 0, new HashSet<string>());
        for (var i = 0; i < files; i++)
        {
            // One seed a file: any of them can be made again without those before it.
            var random = new Random(seed * 1_000_003 + i);
            var (name, original) = seeds[random.Next(seeds.Count)];
            var (bytes, story) = Mutations.Mutate(original, seeds[random.Next(seeds.Count)].Bytes, random);
            var before = watch.Elapsed;
            var refusal = Run(bytes, $"file {i} of seed {seed}: {name}, {story}");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (watch.Elapsed - before).Ticks));
            accepted += refusal is null ? 1 : 0;
            if (refusal is not null)
                errors.Add(Kind(refusal));
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{files} files, {accepted} accepted, {errors.Count} kinds of errors, "
            + $"{watch.Elapsed.TotalSeconds:f1} s, slowest {slowest.TotalSeconds:f2} s");
        Assert.InRange(accepted, files / 20, files * 19 / 20);
    }

    /// <summary>The error message, or null. Fails with the file's story when it ends otherwise.</summary>
    private static string? Run(byte[] bytes, string story)
    {
        var run = Task.Run(() => Bounded.Refusal(bytes, "bad.onnx")?.Message);
        try
        {
            return run.Wait(Hang) ? run.Result : throw new TimeoutException();
        }
        catch (Exception error)
        {
            var cause = (error as AggregateException)?.InnerException ?? error;
            Assert.Fail($"{story}: {cause.GetType().Name}: {cause.Message}\n{cause.StackTrace}");
            throw;
        }
    }

    /// <summary>The message without names and numbers.</summary>
    private static string Kind(string message) =>
        string.Concat(string.Concat(message.Split('\'').Where((_, i) => i % 2 == 0)).Split('.')[0].Where(c => !char.IsDigit(c)));

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
