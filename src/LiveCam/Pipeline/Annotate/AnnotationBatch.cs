using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Annotate;

/// <summary>Several sources in one call, each to files of its own. One that fails does not keep the others from being done.</summary>
internal static class AnnotationBatch
{
    /// <summary>The sources one by one: folders and globs become the pictures and videos in them.</summary>
    public static IReadOnlyList<string> Expand(IEnumerable<string> sources) => [.. sources.SelectMany(LocalSources.Of)];

    /// <summary>What is written of each. Throws <see cref="LiveCamException"/> when two would be written to one file, or over something.</summary>
    public static IReadOnlyList<(string Source, AnnotationFiles Files)> Plan(IReadOnlyList<string> sources, AnnotationFiles files, string? codec, bool mayReplace)
    {
        var plan = sources.Select(source => (Source: source, Files: files.For(source, codec))).ToList();
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (source, own) in plan)
        {
            own.Check(source, mayReplace);
            foreach (var path in own.All)
                if (!taken.TryAdd(Path.GetFullPath(path), source))
                    throw new LiveCamException("Cannot write", path, $"'{taken[Path.GetFullPath(path)]}' and '{source}' would both be written to it", "Annotate them in two calls, to two folders");
            OutputPath.MustNotBeAnyOf(sources, own.All);
        }
        return plan;
    }

    /// <summary>Annotates one after the other, and says at the end which could not be.</summary>
    /// <param name="plan">What to write of each.</param>
    /// <param name="annotate">Annotates one.</param>
    /// <param name="stop">Ends the run after the file that is being written.</param>
    /// <returns>The exit code of the first that failed, or 0.</returns>
    public static ExitCode Run(IReadOnlyList<(string Source, AnnotationFiles Files)> plan, Action<string, AnnotationFiles> annotate, CancellationToken stop)
    {
        var failed = new List<LiveCamException>();
        var done = 0;
        foreach (var (source, files) in plan)
        {
            if (stop.IsCancellationRequested)
                break;
            try
            {
                Console.Write($"{source}: ");
                annotate(source, files);
                done++;
            }
            catch (LiveCamException e)
            {
                Console.WriteLine("failed");
                failed.Add(e);
            }
        }
        Console.WriteLine($"{done} of {plan.Count} were annotated");
        foreach (var failure in failed)
            Console.Error.WriteLine($"not annotated: {failure.Message}");
        return failed.Count > 0 ? failed[0].ExitCode : ExitCode.Done;
    }
}
