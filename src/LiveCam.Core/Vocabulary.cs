namespace LiveCam.Core;

/// <summary>What a saliency map is. Anything but <see cref="Evidence"/> is named on screen, never drawn black.</summary>
public enum MapState
{
    /// <summary>Some element is positive.</summary>
    Evidence,
    /// <summary>Nothing speaks for the class: every element is 0 after relu.</summary>
    NoPositiveEvidence,
    /// <summary>An element is NaN or infinite.</summary>
    NotANumber,
}

/// <summary>Whether the method's formula holds for this network as published, or only approximately.</summary>
/// <param name="IsExact">True when it holds.</param>
/// <param name="Reason">Why it is approximate, for the screen ("SiLU between layer and logit"); empty when exact.</param>
public readonly record struct Exactness(bool IsExact, string Reason)
{
    public static Exactness Exact => new(true, "");

    public override string ToString() => IsExact ? "exact" : $"approximate: {Reason}";
}

/// <summary>One class of the network's answer.</summary>
/// <param name="Index">Row of the logits.</param>
/// <param name="Label">The class's name, or its index when the model has no labels.</param>
/// <param name="Logit">The score before softmax.</param>
/// <param name="Probability">Softmax of the logits, 0..1.</param>
public readonly record struct ClassScore(int Index, string Label, float Logit, float Probability);

/// <summary>The part of a picture the network saw, in shares of its width and height (0..1, origin top left); a map covers exactly this part.
/// A letterboxed network saw more than the picture: then X or Y is negative and Width or Height above 1.</summary>
public readonly record struct PictureRegion(float X, float Y, float Width, float Height)
{
    public static PictureRegion Whole => new(0, 0, 1, 1);
}
