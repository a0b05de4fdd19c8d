using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Heads;

/// <summary>
/// A network cut at a layer, whose scores are the strongest response of each of the layer's units: max over positions of A^k, [1,K]. The way back from one
/// of them starts with a single activation, all others being 0, as Zeiler and Fergus 2014 project a unit to the pixels.
/// </summary>
internal static class UnitResponses
{
    private const string Output = "units";

    /// <param name="graph">The network; it is cut, and not to be extended after this.</param>
    /// <param name="layer">"auto", or the name of a feature map or of the node that computes it.</param>
    /// <exception cref="ModelException">It is no feature map of several units, or the network is no classifier of pictures.</exception>
    public static void Cut(Graph graph, string layer, string source)
    {
        var layers = ModelPreparation.LayersOf(graph, Classification.Of(graph, source));
        var map = layers.Chosen(graph, layer, source);
        if (map.Channels < 2)
            throw layers.Unfit("Cannot ask the units of", map.Name, "it has one channel only");
        var strongest = graph.Append("GlobalMaxPool", [graph.InFloat(map.View(map.Value))]);
        graph.CutAt(graph.Name(graph.Append("Flatten", [strongest]), Output));
    }
}
