using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>
/// A technique that asks what the pixels of the network's input count: gradients down to the picture, by one or several rules for relus, of one input or
/// averaged over several. Stateless, so one instance serves every thread; allocates nothing.
/// </summary>
public abstract class PixelMethod
{
    /// <summary>What <c>explain.pixels</c> takes: "guided".</summary>
    public abstract string Name { get; }

    /// <summary>What the screen says.</summary>
    public abstract string Title { get; }

    /// <summary>What the screen says when the class activation maps are made by <paramref name="cam"/>.</summary>
    public virtual string TitleWith(CamMethod cam) => Title;

    /// <summary>One line with what it computes and its source.</summary>
    public abstract string Doc { get; }

    /// <summary>What must be known to read it; empty when there is nothing.</summary>
    public virtual string Caveat => "";

    /// <summary>What relus let through, a pane each.</summary>
    public virtual IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Gradient];

    /// <summary>What each pane is, from the left.</summary>
    public virtual IReadOnlyList<string> PaneTitles { get; } = [];

    public virtual PixelDisplay Display => PixelDisplay.Relief;

    /// <summary>True when gradients are averaged over inputs of the method's own; otherwise there is one run, that of the picture itself.</summary>
    public virtual bool Samples => false;

    /// <summary>True when the class activation map goes into the result.</summary>
    public virtual bool UsesMap => false;

    /// <summary>Writes the input of one run.</summary>
    /// <param name="picture">The preprocessed picture, as the network takes it.</param>
    /// <param name="black">A black picture, likewise.</param>
    /// <param name="index">Of the run, from 0. The first n runs must cover what all do, for any n: the result is shown while it emerges.</param>
    /// <param name="noise">Standard deviation, as a share of the picture's range.</param>
    /// <param name="input">What the network is to see.</param>
    public virtual void Sample(ReadOnlySpan<float> picture, ReadOnlySpan<float> black, int index, float noise, Span<float> input) => picture.CopyTo(input);

    /// <summary>Turns the mean gradient into the result, in place.</summary>
    public virtual void Finish(in PixelEvidence evidence, Span<float> gradient)
    {
    }
}

/// <summary>What a method may look at beside the mean gradient.</summary>
public readonly ref struct PixelEvidence(ReadOnlySpan<float> picture, ReadOnlySpan<float> black, ReadOnlySpan<float> mask, PixelShape shape)
{
    /// <summary>The preprocessed picture, as the network takes it.</summary>
    public ReadOnlySpan<float> Picture { get; } = picture;

    /// <summary>A black picture, likewise.</summary>
    public ReadOnlySpan<float> Black { get; } = black;

    /// <summary>The class activation map of the same class, [H,W], scaled to 0..1 by its maximum and enlarged to the picture; empty unless the method
    /// <see cref="PixelMethod.UsesMap"/>.</summary>
    public ReadOnlySpan<float> Mask { get; } = mask;

    public PixelShape Shape { get; } = shape;
}

/// <summary>Where the numbers of a network's input lie.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsChannelsLast">[H,W,3] instead of [3,H,W].</param>
/// <param name="IsBgr">Blue comes first.</param>
public readonly record struct PixelShape(int Width, int Height, bool IsChannelsLast, bool IsBgr)
{
    public int Pixels => Width * Height;

    /// <summary>Index of a colour (0 red, 1 green, 2 blue) of a pixel.</summary>
    public int At(int colour, int pixel)
    {
        var channel = IsBgr ? 2 - colour : colour;
        return IsChannelsLast ? pixel * 3 + channel : channel * Pixels + pixel;
    }
}
