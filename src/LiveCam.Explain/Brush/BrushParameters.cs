using LiveCam.Core;

namespace LiveCam.Explain.Brush;

/// <summary>What the user may change about painting over the picture while LiveCam runs.</summary>
public sealed class BrushParameters
{
    private volatile Dab[] _dabs = [];

    /// <param name="parameters">The run's parameters, to which these are added.</param>
    public BrushParameters(ParameterSet parameters)
    {
        Strokes = parameters.Add(new TextParameter("brush.strokes", "", "x,y,radius;…", "what is painted over before the network sees it, in shares of the picture; empty for nothing")
        {
            Check = text => _dabs = BrushStrokes.Parse(text),
        });
    }

    public TextParameter Strokes { get; }

    /// <summary>The dabs to paint now. On any thread; not to be changed.</summary>
    public Dab[] Dabs => _dabs;
}
