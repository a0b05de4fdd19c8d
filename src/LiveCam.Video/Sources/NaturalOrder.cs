namespace LiveCam.Video.Sources;

/// <summary>The order in which people count files: "frame2" before "frame10". Letters are compared without regard to case, then by code.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var order = char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0])
                ? CompareNumbers(ref a, ref b)
                : CompareLetters(ref a, ref b);
            if (order != 0)
                return order;
        }
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int CompareLetters(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var order = char.ToUpperInvariant(a[0]).CompareTo(char.ToUpperInvariant(b[0]));
        a = a[1..];
        b = b[1..];
        return order;
    }

    private static int CompareNumbers(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var x = Digits(ref a).TrimStart('0');
        var y = Digits(ref b).TrimStart('0');
        return x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.CompareTo(y, StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        return digits;
    }
}
