namespace LiveCam.Video.Sources;

/// <summary>One scene of the pattern source: a room and what is held into the picture.</summary>
/// <param name="Title">What is to be seen, for people: "dog ×3", "nothing".</param>
/// <param name="Backdrop">Number of the room; rooms repeat after <see cref="PatternBackdrop.Kinds"/>.</param>
/// <param name="Holders">From back to front.</param>
/// <param name="Length">Seconds until the next scene, or infinity.</param>
public sealed record PatternScene(string Title, int Backdrop, IReadOnlyList<PatternHolder> Holders, double Length)
{
    private const double RaiseTime = 0.45;

    /// <summary>Class indices of everything to be seen, one a thing, in the order of the masks.</summary>
    public IEnumerable<int> Classes => Holders.SelectMany(holder => holder.Things).Select(thing => thing.Class);

    /// <summary>How far the holders are below their place, in units of half the picture's shorter side: raised at the start of the
    /// scene and taken away at its end, as somebody shows one card after the other. 0 in between, and always in a scene without end.</summary>
    public float LoweredAt(double time)
    {
        if (double.IsInfinity(Length))
            return 0;
        var away = Math.Max(1 - time / RaiseTime, 1 - (Length - time) / RaiseTime);
        return away <= 0 ? 0 : 2.3f * (float)(away * away);
    }
}
