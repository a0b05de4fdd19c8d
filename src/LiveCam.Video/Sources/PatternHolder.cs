using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>What a thing is shown on.</summary>
public enum HolderKind
{
    /// <summary>A printed card.</summary>
    Card,
    /// <summary>The screen of a phone.</summary>
    Phone,
    /// <summary>Nothing: the thing itself, cut out.</summary>
    CutOut,
}

/// <summary>A drawn thing on its holder. Lengths are in units of half the picture's shorter side, from the holder's centre.</summary>
/// <param name="Class">Position in <see cref="PatternCatalogue.All"/>.</param>
/// <param name="X">Centre, to the right.</param>
/// <param name="Y">Centre, downwards.</param>
/// <param name="Half">Half of its longer side.</param>
public readonly record struct PlacedThing(int Class, float X, float Y, float Half);

/// <summary>A card, a phone or a cut-out before the camera, with the things on it and the way it moves. Same units as
/// <see cref="PlacedThing"/>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="X">Centre at rest, from the picture's centre to the right.</param>
/// <param name="Y">Centre at rest, downwards.</param>
/// <param name="HalfWidth">Half of its width.</param>
/// <param name="HalfHeight">Half of its height.</param>
/// <param name="Tilt">Angle at rest, in degrees.</param>
/// <param name="Colour">Of the paper or the lit screen.</param>
/// <param name="Held">Whether a hand holds it at its lower edge.</param>
/// <param name="Skin">Colour of that hand.</param>
/// <param name="Sleeve">Colour of what its owner wears.</param>
/// <param name="Sway">How it moves.</param>
/// <param name="Things">What is on it; none for an empty card.</param>
public sealed record PatternHolder(
    HolderKind Kind, float X, float Y, float HalfWidth, float HalfHeight, float Tilt, SKColor Colour, bool Held, SKColor Skin, SKColor Sleeve,
    PatternSway Sway, IReadOnlyList<PlacedThing> Things)
{
    /// <summary>How it moves; <see cref="Sway"/> counts only where this is the sway of a hand.</summary>
    public PatternMotion Motion { get; init; }

    /// <summary>Radius of its corners.</summary>
    public float Corner => Kind == HolderKind.Phone ? 0.16f * HalfWidth : 0.07f * Math.Min(HalfWidth, HalfHeight);

    /// <summary>From the holder's units to pixels of a picture of that size, <paramref name="time"/> seconds into its scene.</summary>
    /// <param name="time">Seconds of motion.</param>
    /// <param name="lowered">How far it is lowered out of the picture while it is raised or taken away.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    public SKMatrix Pose(double time, float lowered, int width, int height)
    {
        var unit = Math.Min(width, height) / 2f;
        if (Motion != PatternMotion.Sway)
        {
            var (x, y) = PatternTravel.At(Motion, X, Y, time, width, height);
            return SKMatrix.CreateScale(unit, unit).PostConcat(SKMatrix.CreateRotationDegrees(Tilt))
                .PostConcat(SKMatrix.CreateTranslation(width / 2f + x * unit, height / 2f + (y + lowered) * unit));
        }
        var (dx, dy, turn, zoom) = Sway.At(time);
        return SKMatrix.CreateScale(unit * zoom, unit * zoom)
            .PostConcat(SKMatrix.CreateRotationDegrees(Tilt + turn))
            .PostConcat(SKMatrix.CreateTranslation(width / 2f + (X + dx) * unit, height / 2f + (Y + dy + lowered) * unit));
    }
}
