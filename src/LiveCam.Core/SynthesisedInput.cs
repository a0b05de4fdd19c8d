namespace LiveCam.Core;

/// <summary>
/// A picture made for a class or a unit, done or emerging, or the reason why there is none. Written by the worker that makes it, read-only once published;
/// whoever holds it disposes it once.
/// </summary>
/// <param name="picture">A lease, this value's own; null when it was refused.</param>
/// <param name="title">"dog · step 120 of 500".</param>
/// <param name="note">"logit 14.2".</param>
/// <param name="progress">0..1.</param>
/// <param name="refusal">Why it cannot be made, a sentence; empty when it can.</param>
public sealed class SynthesisedInput(Frame? picture, string title, string note, float progress, string refusal = "") : IDisposable
{
    public Frame? Picture { get; } = picture;

    public string Title { get; } = title;

    public string Note { get; } = note;

    public float Progress { get; } = progress;

    public string Refusal { get; } = refusal;

    public void Dispose() => Picture?.Dispose();
}
