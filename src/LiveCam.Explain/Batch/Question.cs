using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Compare;

namespace LiveCam.Explain.Batch;

/// <summary>What somebody wants to know of pictures: which classes, by which method, at which layer, beside which other methods. Immutable.</summary>
/// <param name="Method">How maps are made.</param>
/// <param name="Layer">The target layer, or "auto".</param>
/// <param name="Classes">One to five.</param>
/// <param name="Rivals">Other methods at the target layer, whose maps of the first class are made too.</param>
public sealed record Question(CamMethod Method, string Layer, IReadOnlyList<ClassChoice> Classes, IReadOnlyList<Rival> Rivals)
{
    /// <summary>Classes followed by the ones they are contrasted with: what must stand in the network's target input.</summary>
    internal AskedClasses Asked { get; } = new([.. Classes]);
}

/// <summary>A picture to be explained among others, and then its explanation.</summary>
/// <param name="frame">The picture; the caller's.</param>
/// <param name="window">Of whoever's pictures these are: a video network sees the ones before this too. Used by the explaining thread.</param>
/// <param name="question">What is asked of it.</param>
public sealed class AskedPicture(Frame frame, FrameWindow window, Question question)
{
    public Frame Frame { get; } = frame;

    public FrameWindow Window { get; } = window;

    public Question Question { get; } = question;

    /// <summary>The answer, the caller's to dispose; null before.</summary>
    public Explanation? Explanation { get; set; }
}
