namespace LiveCam.Core;

/// <summary>
/// What makes an explanation of a frame: the network and the experiments around it, or evidence that was recorded. Used by one thread, the explain thread.
/// </summary>
public abstract class ExplanationSource : IDisposable
{
    /// <summary>Explains <paramref name="frame"/>, which stays the caller's; the explanation is the caller's to dispose.</summary>
    public abstract Explanation Explain(Frame frame);

    /// <summary>True when explaining the same frame once more would add to its explanation.</summary>
    public virtual bool CanRefine => false;

    /// <summary>Does what nobody waits for; to be called once the explanation is published.</summary>
    public virtual void AfterPublish()
    {
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
