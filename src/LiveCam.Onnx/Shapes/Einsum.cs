using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Einstein's summation: a letter for each axis, summed over where the output does not name it; "..." for the axes in between.</summary>
/// <param name="Inputs">The letters of every input, '.' for its ellipsis.</param>
/// <param name="Result">Those of the output.</param>
internal sealed record Einsum(IReadOnlyList<string> Inputs, string Result)
{
    private const char Ellipsis = '.';

    /// <param name="equation">"bij,bjk->bik"; without an arrow the output has the letters that occur once, in alphabetical order.</param>
    public static Einsum Parse(string equation)
    {
        var sides = equation.Replace(" ", "", StringComparison.Ordinal).Replace("...", ".", StringComparison.Ordinal).Split("->");
        var inputs = sides[0].Split(',');
        return new Einsum(inputs, sides.Length > 1 ? sides[1] : Implicit(sides[0]));
    }

    public Shape Output(IReadOnlyList<Shape> shapes)
    {
        var axes = Axes(shapes);
        return new Shape([.. Result.SelectMany(letter => axes[letter].Dims)]);
    }

    /// <summary>The size of every letter, and the broadcast sizes of the ellipsis.</summary>
    public IReadOnlyDictionary<char, Shape> Axes(IReadOnlyList<Shape> shapes)
    {
        var axes = new Dictionary<char, Shape> { [Ellipsis] = Shape.Scalar };
        if (shapes.Count != Inputs.Count)
            throw new UnfitException($"the equation has {Inputs.Count} inputs, the node {shapes.Count}");
        foreach (var (letters, shape) in Inputs.Zip(shapes))
        {
            var (named, at) = (letters.Count(l => l != Ellipsis), 0);
            if (letters.Contains(Ellipsis) ? named > shape.Rank : named != shape.Rank)
                throw new UnfitException($"'{letters}' does not fit {shape}");
            foreach (var letter in letters)
            {
                var width = letter == Ellipsis ? shape.Rank - named : 1;
                var sizes = new Shape([.. shape.Dims.Skip(at).Take(width)]);
                axes[letter] = Shape.Broadcast(axes.GetValueOrDefault(letter, Shape.Scalar), sizes);
                at += width;
            }
        }
        return axes;
    }

    private static string Implicit(string inputs)
    {
        var letters = inputs.Where(char.IsLetter).GroupBy(l => l).Where(g => g.Count() == 1).Select(g => g.Key).Order();
        return string.Concat(inputs.Contains(Ellipsis) ? letters.Prepend(Ellipsis) : letters);
    }
}
