using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>
/// From heat (0..1) to colour. Sources: turbo, Anton Mikhailov's map in Ruofei Du's polynomial (Google, Apache-2.0); viridis and
/// inferno, Matt Zucker's polynomial fits (CC0) of the maps by van der Walt and Smith (CC0); jet and grey, their definitions.
/// The fits lie within 2 % of the published tables.
/// </summary>
public static class Colormap
{
    /// <summary>Colours in a table.</summary>
    public const int Size = 256;

    private static readonly Vector3[] Turbo =
    [
        new(0.13572138f, 0.09140261f, 0.10667330f), new(4.61539260f, 2.19418839f, 12.64194608f), new(-42.66032258f, 4.84296658f, -60.58204836f),
        new(132.13108234f, -14.18503333f, 110.36276771f), new(-152.94239396f, 4.27729857f, -89.90310912f), new(59.28637943f, 2.82956604f, 27.34824973f),
    ];

    private static readonly Vector3[] Viridis =
    [
        new(0.2777273272f, 0.0054073445f, 0.3340998053f), new(0.1050930431f, 1.4046135299f, 1.3845901626f), new(-0.3308618287f, 0.2148475595f, 0.0950951630f),
        new(-4.6342304990f, -5.7991009734f, -19.3324409563f), new(6.2282699363f, 14.1799333668f, 56.6905526007f), new(4.7763849977f, -13.7451453777f, -65.3530326334f),
        new(-5.4354558559f, 4.6458526122f, 26.3124352496f),
    ];

    private static readonly Vector3[] Inferno =
    [
        new(0.0002189404f, 0.0016510046f, -0.0194808984f), new(0.1065134195f, 0.5639564368f, 3.9327123889f), new(11.6024930825f, -3.9728539657f, -15.9423941063f),
        new(-41.7039961314f, 17.4363988821f, 44.3541451987f), new(77.1629356994f, -33.4023589421f, -81.8073092574f), new(-71.3194282450f, 32.6260642640f, 73.2095198580f),
        new(25.1311262248f, -12.2426689524f, -23.0703250029f),
    ];

    // One row a map: the first is the default.
    private static readonly (string Name, Func<float, Vector3> Colour)[] Table =
    [
        ("turbo", heat => Polynomial(Turbo, heat)),
        ("viridis", heat => Polynomial(Viridis, heat)),
        ("inferno", heat => Polynomial(Inferno, heat)),
        ("jet", heat => new Vector3(1.5f) - Vector3.Abs(new Vector3(4 * heat) - new Vector3(3, 2, 1))),
        ("grey", heat => new Vector3(heat)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The colour, each channel 0..1, of <paramref name="heat"/> in the map of that position in <see cref="Names"/>.</summary>
    public static Vector3 Colour(int map, float heat) => Vector3.Clamp(Table[map].Colour(heat), Vector3.Zero, Vector3.One);

    /// <summary>All colours of a map as B, G, R, A bytes; entry i is the colour of i / 255.</summary>
    public static byte[] Lookup(int map)
    {
        var table = new byte[Size * 4];
        for (var i = 0; i < Size; i++)
        {
            var colour = Colour(map, i / (Size - 1f)) * 255 + new Vector3(0.5f);
            (table[i * 4], table[i * 4 + 1], table[i * 4 + 2], table[i * 4 + 3]) = ((byte)colour.Z, (byte)colour.Y, (byte)colour.X, 255);
        }
        return table;
    }

    private static Vector3 Polynomial(Vector3[] coefficients, float x)
    {
        var sum = Vector3.Zero;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            sum = sum * x + coefficients[i];
        return sum;
    }
}
