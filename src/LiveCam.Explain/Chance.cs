namespace LiveCam.Explain;

/// <summary>Numbers that look random and are the same for the same seed (xorshift64*, Vigna 2016): no object to allocate, and no order to keep between
/// different seeds.</summary>
internal struct Chance
{
    private ulong _state;

    /// <param name="seed">Any but the largest.</param>
    public Chance(ulong seed) => _state = (seed + 1) * 0x9E3779B97F4A7C15;

    /// <summary>0 to below 1, in steps of 2^-24.</summary>
    public float Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (_state * 0x2545F4914F6CDD1D >> 40) / (float)(1 << 24);
    }

    /// <summary>0 to below <paramref name="end"/>, at most 2^24.</summary>
    public int Next(int end) => (int)(Next() * end);

    /// <summary>Two independent numbers of the standard normal distribution, by Box and Muller.</summary>
    public (float First, float Second) Normals()
    {
        var radius = MathF.Sqrt(-2 * MathF.Log(1 - Next()));
        var (sine, cosine) = MathF.SinCos(2 * MathF.PI * Next());
        return (radius * cosine, radius * sine);
    }
}
