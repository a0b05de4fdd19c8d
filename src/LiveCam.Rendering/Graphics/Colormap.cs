using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>
/// From heat (0..1) to colour. Sources: turbo by Anton Mikhailov (Google, Apache-2.0), viridis and inferno by Stéfan van der Walt and
/// Nathaniel Smith (CC0), each as every fifth entry of its published table of 256, between which interpolation stays within 1.2 of
/// 255 steps; jet and grey, their definitions.
/// </summary>
public static class Colormap
{
    /// <summary>Colours in a table.</summary>
    public const int Size = 256;

    private static readonly Vector3[] Turbo = Parse(
        "30123b36215f3b2f803f3e9c424bb54559cb4666dd4773eb4680f6458cfd4099ff38a5fb2fb2f427bee91fc9dd1ad4d018ddc21ae4b622ebaa2ff19b3ff68a" +
        "52fa7a65fd6979fe598bff4b9cfe40a9fb39b7f735c3f134d0ea34dbe236e5d938eecf3af5c53afaba39fdae35fea130fe932afc8423f9751df46617ef5811" +
        "e84b0ce14109d83706ce2d04c32503b71d02a916019b0f018b09027a0403");

    private static readonly Vector3[] Viridis = Parse(
        "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31688e2e6d8e2c718e2a768e" +
        "297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac86465cb5e70cf577cd250" +
        "89d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725");

    private static readonly Vector3[] Inferno = Parse(
        "00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c59106e61136e69166e71196e781c6d801f6c88226a902568" +
        "982766a02a63a82e5fb0315bb73557bf3952c63d4dcc4248d34743d94d3ddf5337e45a31e9612bed6925f1711ff47918f78212f98b0bfa9407fb9d07fca60c" +
        "fcb014fbba1ffac42af8cd37f6d746f4e156f2ea69f2f27df5f992fcffa4");

    // One row a map: the first is the default.
    private static readonly (string Name, Func<float, Vector3> Colour)[] Table =
    [
        ("turbo", heat => Between(Turbo, heat)),
        ("viridis", heat => Between(Viridis, heat)),
        ("inferno", heat => Between(Inferno, heat)),
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

    private static Vector3 Between(Vector3[] colours, float heat)
    {
        var position = Math.Clamp(heat, 0, 1) * (colours.Length - 1);
        var below = Math.Min((int)position, colours.Length - 2);
        return Vector3.Lerp(colours[below], colours[below + 1], position - below);
    }

    private static Vector3[] Parse(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        return [.. Enumerable.Range(0, bytes.Length / 3).Select(i => new Vector3(bytes[i * 3], bytes[i * 3 + 1], bytes[i * 3 + 2]) / 255)];
    }
}
