using LiveCam.Core;

namespace LiveCam.Explain;

/// <summary>
/// Something that is done with every explained frame while it is switched on: a meter, a second method, a perturbation. Used by the explain thread
/// alone; costs nothing while it is off. What it finds goes into the explanation.
/// </summary>
public abstract class Experiment : IDisposable
{
    /// <summary>Layers whose evidence it needs beside the target layer's. Asked before each frame.</summary>
    public virtual IReadOnlyList<string> Layers => [];

    /// <summary>Before the network runs on a frame that has been made its input; may change that input, and run the network on its own account. Refuses nothing:
    /// what cannot be done is said by <see cref="Add"/>.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="region">The part of it that the network sees.</param>
    public virtual void BeforeRun(Frame frame, PictureRegion region)
    {
    }

    /// <summary>Adds to the explanation just made, before it is published. The classifier still has the frame's input and outputs, and must have them
    /// again afterwards.</summary>
    /// <exception cref="LiveCamException">It cannot be done with this network or layer; it is said on screen, and the rest runs on.</exception>
    public abstract void Add(Explanation explanation);

    /// <summary>True while explaining the same frame once more would add to what was found.</summary>
    public virtual bool CanRefine => false;

    /// <summary>Told the share of a frame's work that is done, 0..1, by an experiment that takes long; null when nobody wants to know.</summary>
    public Action<float>? Progress { get; set; }

    /// <summary>Does what nobody waits for, after the explanation was published. May leave anything in the classifier.</summary>
    public virtual void AfterPublish()
    {
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
