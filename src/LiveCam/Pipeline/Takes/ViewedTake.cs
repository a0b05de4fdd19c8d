using LiveCam.Core;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>A take that is looked at: its evidence in place of a network's answers, and its marks.</summary>
/// <param name="Evidence">Of the take; the caller's.</param>
/// <param name="Wishes">What was asked for from the start.</param>
internal sealed record ViewedTake(EvidenceReader Evidence, TakeWishes Wishes)
{
    /// <summary>Number of the picture in the video, and what there is to see; in order.</summary>
    public IReadOnlyList<(long Number, string Text)> Marks { get; } =
        [.. Evidence.Marks.Select(mark => (Evidence.PictureOf(mark.Sequence), mark.Text)).Where(mark => mark.Item1 >= 0).OrderBy(mark => mark.Item1)];

    /// <summary>What explains its pictures; the caller's to dispose.</summary>
    public ExplanationSource Explain(ExplainSetup setup) => new TakeExplanations(Evidence, setup, Wishes, isLive: true);
}
