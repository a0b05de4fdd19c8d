using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Explain.Brush;

/// <summary>
/// Paints the mean colour over parts of what the network sees, and tells what that does to its answer: one run more, of the whole picture, while anything is
/// painted.
/// </summary>
public sealed class OcclusionBrush : Experiment
{
    private readonly Explainer _explainer;
    private readonly BrushParameters _parameters;
    private readonly Removal _removal;
    private readonly float[] _mask;
    private readonly int _width;
    private float[] _whole = [];
    private (Dab[] Dabs, PictureRegion Region, float Aspect) _painted = ([], PictureRegion.Whole, 0);
    private float _share;
    private bool _isOn;

    /// <param name="explainer">What explains the frames.</param>
    /// <param name="parameters">What is painted.</param>
    public OcclusionBrush(Explainer explainer, BrushParameters parameters)
    {
        (_explainer, _parameters, _width) = (explainer, parameters, explainer.Card.InputWidth);
        _removal = new Removal(explainer.Card, MaskConvention.Tensor);
        _mask = new float[_width * explainer.Card.InputHeight];
    }

    public override void BeforeRun(Frame frame, PictureRegion region)
    {
        var dabs = _parameters.Dabs;
        _isOn = dabs.Length > 0;
        if (!_isOn || _explainer.Card.Frames is not null)
            return;
        var aspect = frame.Width / (float)frame.Height;
        if (!ReferenceEquals(dabs, _painted.Dabs) || region != _painted.Region || aspect != _painted.Aspect)
            Paint(dabs, region, aspect);
        if (_whole.Length != _explainer.Classifier.Classes)
            _whole = new float[_explainer.Classifier.Classes];
        _explainer.ConfidencesNow(_whole);
        var input = _explainer.Classifier.Input;
        _removal.Apply(input, _mask, input);
    }

    public override void Add(Explanation explanation)
    {
        if (!_isOn)
            return;
        _explainer.Network.RequirePictures("Cannot paint over what is seen by");
        var occluded = explanation.AddOccluded();
        var best = 0;
        for (var i = 1; i < _whole.Length; i++)
            if (_whole[i] > _whole[best])
                best = i;
        occluded.Whole = new ClassScore(best, _explainer.Network.LabelOf(best), float.NaN, _whole[best]);
        (occluded.Now, occluded.Share) = (_explainer.ProbabilityOf(best), _share);
        var before = occluded.Before(explanation.TopCount);
        for (var i = 0; i < before.Length; i++)
            before[i] = _whole[explanation.Top[i].Index];
    }

    private void Paint(Dab[] dabs, PictureRegion region, float aspect)
    {
        _painted = (dabs, region, aspect);
        var (height, covered) = (_mask.Length / _width, 0);
        for (var i = 0; i < _mask.Length; i++)
        {
            var x = region.X + (i % _width + 0.5f) / _width * region.Width;
            var y = region.Y + (i / _width + 0.5f) / height * region.Height;
            _mask[i] = 1;
            foreach (ref readonly var dab in dabs.AsSpan())
                if (dab.Covers(x, y, aspect))
                    _mask[i] = 0;
            covered += _mask[i] == 0 ? 1 : 0;
        }
        _share = covered / (float)_mask.Length;
    }
}
