namespace LiveCam.Tests;

/// <summary>Managed bytes that code allocates once it is warm.</summary>
internal static class Allocations
{
    private const int Rounds = 5;
    private const int Calls = 10;

    /// <summary>
    /// The fewest bytes that ten calls in a row allocated, of five rounds after a warm-up. The runtime itself now and then allocates on
    /// the thread, when it compiles a method anew; what the code allocates a call shows in every round.
    /// </summary>
    public static long OfTenCalls(Action call)
    {
        for (var i = 0; i < Calls; i++)
            call();
        var fewest = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
                call();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }
}
