using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LiveCam.Onnx.Tests.Fuzzing;

/// <summary>Good files made bad at random: each ends in a result or in an error for the user, within the bounds of <see cref="Bounded"/>.</summary>
public sealed partial class FuzzTests
{
    private const int MostFailures = 20;

    private const string Source = "bad.onnx";

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_bad_file_ends_in_a_result_or_in_an_error() => Fuzz(SeedModels.Made(), files: 3000, seed: 20);

    /// <summary>The long form: LIVECAM_FUZZ_FILES files (100,000) from LIVECAM_FUZZ_SEED (1), the real networks among their seeds.</summary>
    [Fact(Explicit = true)]
    public void A_hundred_thousand_bad_files_do_too() =>
        Fuzz([.. SeedModels.Made(), .. SeedModels.Real()], Number("LIVECAM_FUZZ_FILES", 100_000), Number("LIVECAM_FUZZ_SEED", 1));

    private static void Fuzz(IReadOnlyList<(string Name, byte[] Bytes)> seeds, int files, int seed)
    {
        foreach (var (name, bytes) in seeds)
            Assert.True(Bounded.Refusal(bytes, name) is null, $"{name}: {Bounded.Refusal(bytes, name)?.Message}");
        var (watch, slowest, accepted, errors, failures) = (Stopwatch.StartNew(), TimeSpan.Zero, 0, new HashSet<string>(), new List<string>());
        for (var i = 0; i < files && failures.Count < MostFailures; i++)
        {
            // One seed a file: any of them can be made again without those before it.
            var random = new Random(seed * 1_000_003 + i);
            var (name, original) = seeds[random.Next(seeds.Count)];
            var (bytes, story) = Mutations.Mutate(original, seeds[random.Next(seeds.Count)].Bytes, random);
            var before = watch.Elapsed;
            var (refusal, failure) = Run(bytes);
            if (failure is not null)
                failures.Add($"file {i} of seed {seed}: {name}, {story}: {failure}");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (watch.Elapsed - before).Ticks));
            accepted += refusal is null ? 1 : 0;
            if (refusal is not null)
                errors.Add(Kind(refusal));
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{files} files, {accepted} accepted, {errors.Count} kinds of errors, "
            + $"{watch.Elapsed.TotalSeconds:f1} s, slowest {slowest.TotalSeconds:f2} s");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.InRange(accepted, files / 20, files * 19 / 20);
    }

    /// <summary>The message of the error for the user, null where there was none; and how it ended otherwise, null where it did not.</summary>
    private static (string? Refusal, string? Failure) Run(byte[] bytes)
    {
        var run = Task.Run(() => Bounded.Refusal(bytes, Source));
        try
        {
            return run.Wait(Hang) ? (run.Result?.Message, Complaint(run.Result)) : (null, $"did not end within {Hang.TotalSeconds} s");
        }
        catch (AggregateException error)
        {
            var cause = error.InnerException!;
            return (null, $"{cause.GetType().Name}: {cause.Message}\n{cause.StackTrace}");
        }
    }

    /// <summary>What is wrong with an error: it has to say where.</summary>
    private static string? Complaint(ModelException? refusal) => refusal is null || refusal.On != Source || Place().IsMatch(refusal.Why)
        ? null
        : $"says of no node, value, tensor or byte that {refusal.Why}\n{refusal.InnerException}";

    /// <summary>A name, a byte, or what there is only one of.</summary>
    [GeneratedRegex("'[^']*'|byte [0-9]+|no graph|the file is empty|it has no output|^it is written for opset|^it has no convolutional feature map")]
    private static partial Regex Place();

    /// <summary>The message without names and numbers.</summary>
    private static string Kind(string message) =>
        string.Concat(string.Concat(message.Split('\'').Where((_, i) => i % 2 == 0)).Split('.')[0].Where(c => !char.IsDigit(c)));

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
