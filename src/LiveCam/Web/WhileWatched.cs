using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>Explanations that are made only while somebody watches: until then the explain thread waits, and the processor is left to others. Owns what it makes them with.</summary>
/// <param name="explanations">Makes them.</param>
internal sealed class WhileWatched(ExplanationSource explanations) : ExplanationSource
{
    private readonly ManualResetEventSlim _watched = new();

    /// <summary>Set by the render thread.</summary>
    public bool IsWatched
    {
        get => _watched.IsSet;
        set
        {
            if (value)
                _watched.Set();
            else
                _watched.Reset();
        }
    }

    public override bool CanRefine => IsWatched && explanations.CanRefine;

    public override Explanation Explain(Frame frame)
    {
        _watched.Wait();
        return explanations.Explain(frame);
    }

    public override void AfterPublish()
    {
        if (IsWatched)
            explanations.AfterPublish();
    }

    public override void Dispose()
    {
        explanations.Dispose();
        _watched.Dispose();
        base.Dispose();
    }
}
