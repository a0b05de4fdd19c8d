using LiveCam.Core;
using LiveCam.Pipeline.Bundles;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>What a take says of the run it is recorded from. Contexts are asked for on the explain thread.</summary>
/// <param name="setup">What explains; the caller's.</param>
/// <param name="source">Name of what is recorded.</param>
/// <param name="isHalf">Whether maps are kept as float16.</param>
internal sealed class TakeDescription(ExplainSetup setup, string source, Func<bool> isHalf)
{
    private EvidenceContext? _context;

    public bool IsHalf => isHalf();

    /// <summary>How an explanation was made: the same object while that stays the same.</summary>
    public EvidenceContext ContextOf(Explanation explanation)
    {
        var (method, classes) = (setup.Explainer.Method.Name, setup.Explainer.Classes);
        if (_context is null || _context.MethodTitle != explanation.Method || _context.Layer != explanation.Layer || _context.Classes != classes || _context.Exactness != explanation.Exactness)
            _context = new EvidenceContext(method, explanation.Method, explanation.Layer, classes, explanation.Exactness);
        return _context;
    }

    /// <summary>The head of the evidence of a take that begins with a frame.</summary>
    /// <param name="frame">Its first.</param>
    /// <param name="video">Path of its video.</param>
    /// <param name="rate">Pictures a second of the video.</param>
    public TakeHeader HeaderOf(Frame frame, string video, double rate)
    {
        var network = setup.Network;
        return new TakeHeader(network.Card.Name, network.Path, network.Sha256, [.. Enumerable.Range(0, network.Classes).Select(network.LabelOf)], source, Path.GetFileName(video),
            rate, frame.Width, frame.Height, DateTimeOffset.UtcNow.ToLocalTime(), MadeWith.This.Parts.ToDictionary(part => part.Name, part => part.Version))
        {
            Parameters = setup.Parameters.Moved.Where(parameter => !parameter.Name.StartsWith("view.", StringComparison.Ordinal)).ToDictionary(parameter => parameter.Name, parameter => parameter.Text),
        };
    }
}
