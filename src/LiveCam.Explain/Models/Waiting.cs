namespace LiveCam.Explain.Models;

/// <summary>A limit on waiting.</summary>
internal static class Waiting
{
    /// <summary>Runs <paramref name="step"/>; a <see cref="TimeoutException"/> when it takes longer than <paramref name="patience"/>.</summary>
    public static async Task<T> For<T>(this TimeSpan patience, Func<CancellationToken, Task<T>> step, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            return await step(limit.Token);
        }
        catch (Exception e) when (limit.IsCancellationRequested && !stop.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            throw new TimeoutException($"nothing came for {patience.TotalSeconds:0.###} s", e);
        }
    }
}
