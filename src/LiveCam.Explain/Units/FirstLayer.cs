using LiveCam.Core;
using LiveCam.Explain.Models;

namespace LiveCam.Explain.Units;

/// <summary>What the first layer of a network looks for, as pictures.</summary>
public static class FirstLayer
{
    /// <summary>The filters of the first convolution, its colours in the order red, green, blue whatever the network's.</summary>
    /// <returns>The filters, or null and why there are none: the first operator over the picture is no convolution of three colours.</returns>
    public static (FilterPatches? Patches, string Why) FiltersOf(Network network)
    {
        try
        {
            var card = network.Card;
            var filters = ModelErrors.Translate(() => network.Model.FirstFilters((card.InputHeight, card.InputWidth)));
            if (card.Order == ColourOrder.Bgr)
                Swap(filters.Weights, filters.Height * filters.Width);
            return (new FilterPatches(filters.Channels, filters.Height, filters.Width, filters.Weights), "");
        }
        catch (LiveCamException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Exchanges the first and the last of the three colours of [K,3,taps].</summary>
    private static void Swap(Span<float> weights, int taps)
    {
        for (; weights.Length > 0; weights = weights[(3 * taps)..])
            for (var i = 0; i < taps; i++)
                (weights[i], weights[2 * taps + i]) = (weights[2 * taps + i], weights[i]);
    }
}
