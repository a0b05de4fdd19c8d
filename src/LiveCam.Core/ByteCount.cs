using System.Globalization;

namespace LiveCam.Core;

/// <summary>Numbers of bytes for people, in decimal units: "4.9 MB".</summary>
public static class ByteCount
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Three figures at most below 1000 of a unit, one decimal below 10.</summary>
    public static string Text(double bytes)
    {
        var unit = 0;
        // 999.5 would be rounded to a fourth figure.
        for (; bytes >= 999.5 && unit < Units.Length - 1; unit++)
            bytes /= 1000;
        return bytes.ToString(unit > 0 && bytes < 9.95 ? "F1" : "F0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
