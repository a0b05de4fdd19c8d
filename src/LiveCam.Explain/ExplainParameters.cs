using LiveCam.Core;
using LiveCam.Explain.Boxes;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain;

/// <summary>What the user may change about explaining while LiveCam runs.</summary>
public sealed class ExplainParameters
{
    /// <param name="parameters">The run's parameters, to which these are added.</param>
    /// <param name="network">The network whose classes and layers are to be chosen from.</param>
    /// <param name="method">Name of the CAM method at the start.</param>
    /// <param name="layer">Target layer at the start, or "auto".</param>
    /// <param name="classes">Classes at the start, as <see cref="ClassExpression"/> reads them.</param>
    public ExplainParameters(ParameterSet parameters, Network network, string method, string layer, string classes)
    {
        Method = parameters.Add(new ChoiceParameter("explain.method", CamMethods.Named(method).Name, [.. CamMethods.All.Select(m => m.Name)],
            "CAM method")
        {
            Check = name => network.Check(CamMethods.Named(name), Layer?.Value ?? layer),
        });
        Layer = parameters.Add(new TextParameter("explain.layer", layer, "auto or a layer's name", "target layer")
        {
            Check = text => network.Check(CamMethods.Named(Method.Value), text),
        });
        Class = parameters.Add(new TextParameter("explain.class", classes, "top, top3, dog, dog,cat, 207, dog-cat", "classes to explain")
        {
            Check = text => ClassExpression.Parse(text, network.Labels, network.Classes),
        });
        Pixels = parameters.Add(new ChoiceParameter("explain.pixels", PixelMethods.None, [PixelMethods.None, .. PixelMethods.All.Select(m => m.Name)],
            "what the pixels count, by gradients down to the picture")
        {
            Check = name =>
            {
                if (PixelMethods.Named(name) is { } method)
                    network.Check(method, Layer?.Value ?? layer);
            },
        });
        Samples = parameters.Add(new NumberParameter("explain.samples", 16, 1, 1024, 4, "runs that smoothgrad and integrated take the mean of"));
        Noise = parameters.Add(new NumberParameter("explain.noise", 0.15, 0, 1, 0.05, "standard deviation of smoothgrad's noise, as a share of the picture's range"));
        TopMaps = parameters.Add(new NumberParameter("explain.topMaps", 0, 0, 5, 1, "best classes whose maps are made beside the explained ones, for the evidence of a take; none while pixels are asked for"));
        Boxes = new BoxParameters(parameters);
        Method.Check!(Method.Value);
        Layer.Check!(layer);
        Class.Check!(classes);
    }

    public ChoiceParameter Method { get; }

    public TextParameter Layer { get; }

    public TextParameter Class { get; }

    public ChoiceParameter Pixels { get; }

    public NumberParameter Samples { get; }

    public NumberParameter Noise { get; }

    public NumberParameter TopMaps { get; }

    /// <summary>The pixel technique to use now, or null.</summary>
    public PixelMethod? PixelMethod => Pixels.Index == 0 ? null : PixelMethods.All[Pixels.Index - 1];

    public BoxParameters Boxes { get; }

    /// <summary>The method to use now.</summary>
    public CamMethod CamMethod => CamMethods.All[Method.Index];
}
