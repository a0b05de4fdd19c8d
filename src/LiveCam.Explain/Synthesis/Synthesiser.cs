using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Synthesis;

/// <summary>
/// Makes inputs for classes and units of a network, and keeps those that are done. Owns a session with the gradients of the pixels, built anew when the
/// targets are of another layer. Used by one thread.
/// </summary>
/// <param name="network">The network, untouched.</param>
/// <param name="device">Where it runs.</param>
/// <param name="finished">What was made before.</param>
public sealed class Synthesiser(Network network, ExecutionDevice device, FinishedPictures finished) : IDisposable
{
    private Classifier? _classifier;
    private string? _layer;

    /// <summary>Steps made since it began: what comes from the pictures that were kept makes none.</summary>
    public long StepsMade { get; private set; }

    /// <summary>Makes one, or finds it.</summary>
    /// <param name="request">For what, how, and from what; stays the caller's.</param>
    /// <param name="goesOn">Asked after each step; false gives up.</param>
    /// <returns>The picture, or null when it was given up.</returns>
    /// <exception cref="LiveCamException">The network has no gradients at the pixels, or no such unit.</exception>
    public FinishedPicture? Make(SynthesisRequest request, Func<InputAscent, bool> goesOn)
    {
        var target = request.Target!;
        if (request.Start is null && finished.Find(network, target, request.Settings) is { } known)
            return known;
        var classifier = Open(target);
        var ascent = new InputAscent(classifier, network.Card, target.Index, request.Settings);
        if (request.Start is { } start)
            ascent.StartFrom(start);
        while (!ascent.IsComplete)
        {
            ascent.Step();
            StepsMade++;
            if (!goesOn(ascent))
                return null;
        }
        ascent.Measure();
        var picture = new FinishedPicture(network.Card.InputWidth, network.Card.InputHeight, ascent.Logit, new byte[3 * network.Card.InputWidth * network.Card.InputHeight]);
        ascent.Draw(picture.Bgr);
        if (request.Start is null)
            finished.Keep(network, target, request.Settings, picture);
        return picture;
    }

    /// <summary>Gives the session back until the next picture.</summary>
    public void Rest()
    {
        _classifier?.Dispose();
        _classifier = null;
    }

    public void Dispose() => Rest();

    private Classifier Open(SynthesisTarget target)
    {
        if (_classifier is null || _layer != target.Layer)
        {
            Rest();
            var asked = target.Layer is { } layer ? network.UnitsOf(layer) : network;
            _classifier = asked.CreateClassifier(asked.Card.Layer, device, ReluRule.Gradient);
            _layer = target.Layer;
        }
        return target.Index >= 0 && target.Index < _classifier.Classes
            ? _classifier
            : throw new LiveCamException("Cannot synthesise", target.Title, $"the {(target.Layer is null ? "classes" : "units")} are 0 to {_classifier.Classes - 1}", "Choose one of them");
    }
}
