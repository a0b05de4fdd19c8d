using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Metrics;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>
/// Asks every picture of a source about the maps of several methods, and keeps what it learns in a table. Pictures that the table has already are passed over. Reading a picture and
/// asking about the one before go on at once.
/// </summary>
/// <param name="evaluation">Asks; the caller's.</param>
/// <param name="truth">Where the things are.</param>
/// <param name="table">Gets the rows; the caller's.</param>
internal sealed class FaithfulnessRun(FaithfulnessEvaluation evaluation, GroundTruth truth, EvaluationTable table)
{
    private readonly LocatedHeat _heat = new();

    /// <summary>Where each picture lies, by the name in the table; of those that are files.</summary>
    public Dictionary<string, string> Files { get; } = [];

    /// <summary>Pictures asked about, and those that had been before.</summary>
    public (int Asked, int Before) Pictures { get; private set; }

    public void Run(FrameSource source, long? limit, IReadOnlyList<CamMethod> methods, Action<long> progress, CancellationToken stop)
    {
        var known = table.Rows.Select(row => row.Picture).ToHashSet();
        Exception? failure = null;
        using var pool = new FramePool();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var ask = new PipelineStep<Frame>("ask", null, frame =>
        {
            using (frame)
                Ask(NameOf(source, frame), frame, methods);
            progress(Pictures.Asked + Pictures.Before);
        }, null, null, e =>
        {
            failure ??= e;
            abort.Cancel();
        }, abort.Token);
        try
        {
            for (long read = 0; read < (limit ?? long.MaxValue) && !abort.IsCancellationRequested;)
            {
                var result = source.Read(pool, out var frame);
                if (result == ReadResult.End)
                    break;
                if (result == ReadResult.Timeout)
                    continue;
                read++;
                var name = NameOf(source, frame!);
                if (frame!.File is not null)
                    Files[name] = frame.File;
                if (known.Add(name))
                {
                    ask.Add(frame);
                    continue;
                }
                frame.Dispose();
                Pictures = (Pictures.Asked, Pictures.Before + 1);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Stopped, or asking failed; what it threw is thrown below.
        }
        ask.Finish();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private static string NameOf(FrameSource source, Frame frame) => frame.File is { } file ? Path.GetFileName(file) : $"{source.Name} {frame.Sequence}";

    private void Ask(string name, Frame frame, IReadOnlyList<CamMethod> methods)
    {
        var (explanation, maps) = evaluation.Ask(frame);
        using (explanation)
        {
            var mask = truth.MaskOf(frame.File ?? name, frame.Width, frame.Height, explanation.Targets[0].Class.Index);
            table.Add([.. maps.Select(map => new EvaluatedPicture(name, explanation.Targets[0].Label, map,
                mask is null ? null : Locate(evaluation.MapOf(IndexOf(methods, map.Method)), explanation, frame, mask)))]);
        }
        Pictures = (Pictures.Asked + 1, Pictures.Before);
    }

    private HeatLocation Locate(ReadOnlySpan<float> map, Explanation explanation, Frame frame, byte[] mask)
    {
        _heat.Fill(map, explanation.MapWidth, explanation.Region, frame.Width, frame.Height);
        var energy = _heat.EnergyInside(mask);
        return new HeatLocation([_heat.Loc(mask, HeatLocation.Deltas[0]), _heat.Loc(mask, HeatLocation.Deltas[1]), _heat.Loc(mask, HeatLocation.Deltas[2])],
            !double.IsNaN(energy) && _heat.PointsInto(mask), double.IsNaN(energy) ? 0 : energy);
    }

    private static int IndexOf(IReadOnlyList<CamMethod> methods, string name)
    {
        for (var i = 0; i < methods.Count; i++)
            if (methods[i].Name == name)
                return i;
        throw new ArgumentOutOfRangeException(nameof(name), name, "It is not among the methods.");
    }
}
