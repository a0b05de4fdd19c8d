using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Arithmetic => new()
    {
        ["Identity"] = s => [s.Gradient],
        ["Dropout"] = s => [s.Gradient],
        ["Add"] = s => [s.Gradient, s.Gradient],
        ["Sum"] = s => [.. s.Node.Inputs.Select(_ => s.Gradient)],
        ["Mean"] = s => [.. Enumerable.Repeat(s.Gradient * (1.0 / s.Node.Inputs.Count), s.Node.Inputs.Count)],
        ["Sub"] = s => [s.Gradient, -s.Gradient],
        ["Neg"] = s => [-s.Gradient],
        ["Mul"] = s => [s.Gradient * s.Input(1), s.Gradient * s.Input(0)],
        ["Div"] = s => [s.Gradient / s.Input(1), -(s.Gradient * s.Output / s.Input(1))],
        ["Mod"] = s => [s.Gradient],
        ["Pow"] = Pow,
        ["Exp"] = s => [s.Gradient * s.Output],
        ["Log"] = s => [s.Gradient / s.Input(0)],
        ["Sqrt"] = s => [s.Gradient / s.Output * 0.5],
        ["Reciprocal"] = s => [-(s.Gradient * (s.Output * s.Output))],
        ["Abs"] = s => [s.Gradient * s.Input(0).Sign()],
        ["Sin"] = s => [s.Gradient * s.Input(0).Apply("Cos")],
        ["Cos"] = s => [-(s.Gradient * s.Input(0).Apply("Sin"))],
        ["Max"] = s => ToFirst(s, (x, y) => x < y),
        ["Min"] = s => ToFirst(s, (x, y) => x > y),
        ["Where"] = Where,
        ["Cast"] = s => [s.Gradient],
        ["CastLike"] = s => [s.Gradient],
    };

    /// <summary>y = x^p. The exponent may be an integer tensor; 0 to the power of 0 is flat.</summary>
    private static Value?[] Pow(BackwardStep s)
    {
        var (x, y, exponent) = (s.Input(0), s.Output, s.Node.Input(1));
        if (exponent is { HasOpenNumbers: false, Tensor: { Count: 1 } tensor } && exponent.Known.Rank <= s.Rank)
            return [s.Gradient * Slope(x, y, tensor.Values[0])];
        var p = exponent.Cast(s.Graph.FloatType);
        var slope = p * x.Pow(p - p.NotZero());
        // The logarithm is asked of 1 where x is 0: there y does not vary with p.
        var logarithm = (x + (1 - x.NotZero())).Apply("Log");
        return [s.Gradient * slope, s.Gradient * (y * logarithm)];
    }

    /// <summary>p x^(p-1), in products where it is a small power.</summary>
    private static Value Slope(Value x, Value y, double p) => p switch
    {
        2 => x * 2,
        3 => x * x * 3,
        0.5 => x.Graph.Constant(0.5) / y,
        -1 => -(y * y),
        0 => x.Graph.Constant(0),
        1 => x.Graph.Constant(1),
        _ => x.Pow(p - 1) * p,
    };

    /// <summary>Everything to the first input that attains the result; the last gets what no other did.</summary>
    /// <param name="misses">1 where an input is not the result.</param>
    private static Value?[] ToFirst(BackwardStep s, Func<Value, Value, Value> misses)
    {
        var (results, rest) = (new List<Value?>(), s.Gradient);
        for (var i = 0; i < s.Node.Inputs.Count - 1; i++)
        {
            var left = rest * misses(s.Input(i), s.Output);
            results.Add(rest - left);
            rest = left;
        }
        return [.. results, rest];
    }

    /// <summary>Chosen, not multiplied: what masks minus infinity in attention stays a number.</summary>
    private static Value?[] Where(BackwardStep s)
    {
        var (condition, zero) = (s.Node.Input(0), s.Graph.Constant(0));
        return [null, s.Graph.Append("Where", [condition, s.Gradient, zero]), s.Graph.Append("Where", [condition, zero, s.Gradient])];
    }
}
