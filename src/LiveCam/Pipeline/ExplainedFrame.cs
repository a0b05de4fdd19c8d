using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>A frame on its way to be drawn, and what was found in it unless what was found before holds for it. Owns both.</summary>
/// <param name="frame">Owned from now on.</param>
/// <param name="explanation">Owned from now on; null when the one before holds.</param>
internal sealed class ExplainedFrame(Frame frame, Explanation? explanation) : IDisposable
{
    private Explanation? _explanation = explanation;

    public Frame Frame { get; } = frame;

    /// <summary>What was found, until it is taken; null when the one before holds.</summary>
    public Explanation? Explanation => _explanation;

    /// <summary>How long explaining took.</summary>
    public double Milliseconds { get; init; }

    /// <summary>Hands the explanation over to the caller; null the second time.</summary>
    public Explanation? TakeExplanation() => Interlocked.Exchange(ref _explanation, null);

    public void Dispose()
    {
        TakeExplanation()?.Dispose();
        Frame.Dispose();
    }
}
