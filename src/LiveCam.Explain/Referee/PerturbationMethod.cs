namespace LiveCam.Explain.Referee;

/// <summary>
/// A technique that finds out what counts by removing parts of the picture and running the network on what is left: it needs no gradient and no layer,
/// so it can referee between those that do. Stateless: one instance serves every thread; <see cref="Begin"/> makes what one picture needs.
/// </summary>
public abstract class PerturbationMethod
{
    /// <summary>What <c>referee.method</c> takes: "rise".</summary>
    public abstract string Name { get; }

    /// <summary>What the screen says.</summary>
    public abstract string Title { get; }

    /// <summary>One line with what it computes and its source.</summary>
    public abstract string Doc { get; }

    /// <summary>True when <see cref="PerturbationPlan.Parts"/> must be there.</summary>
    public virtual bool NeedsParts => false;

    /// <summary>Begins with a picture.</summary>
    public abstract Perturbation Begin(PerturbationPlan plan);
}

/// <summary>What is to be done with one picture.</summary>
/// <param name="Width">Columns of the network's input.</param>
/// <param name="Height">Rows of it.</param>
/// <param name="Masks">How many masks are wanted at most.</param>
public sealed record PerturbationPlan(int Width, int Height, int Masks)
{
    public int Pixels => Width * Height;

    /// <summary>The score of the whole picture.</summary>
    public double Whole { get; init; }

    /// <summary>Occlusion: side of the square in pixels.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Occlusion: by how many pixels it moves.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>RISE: cells of the low-resolution grid, each way.</summary>
    public int Cells { get; init; } = 7;

    /// <summary>LIME: the part that each pixel belongs to, [H,W], 0 to below <see cref="PartCount"/>.</summary>
    public int[] Parts { get; init; } = [];

    public int PartCount { get; init; }
}

/// <summary>
/// The masks of one picture, and the map that the network's scores make of them. Masks come one after the other; after any number of them there is a map.
/// Used by one thread; <see cref="Mask"/> and <see cref="Add"/> allocate nothing.
/// </summary>
public abstract class Perturbation
{
    /// <summary>How many masks there are.</summary>
    public abstract int Count { get; }

    /// <summary>Writes mask <paramref name="n"/>, [H,W]: 1 what is kept, 0 what is removed. The same for the same plan and n.</summary>
    public abstract void Mask(int n, Span<float> mask);

    /// <summary>Takes the score of what mask <paramref name="n"/> leaves.</summary>
    public abstract void Add(int n, ReadOnlySpan<float> mask, double score);

    /// <summary>The map so far, [H,W]: positive where the class is supported, negative where it is opposed. Only once there is a score.</summary>
    public abstract void Fill(Span<float> map);
}
