using System.Globalization;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A live parameter declared in an effect's own file:
/// <c>uniform float amount; // @range(0,1) @default(0.5) @doc "how dark the corners get"</c>. Types: float, int, bool (which needs no range).
/// </summary>
internal sealed partial class UniformAnnotation
{
    private UniformAnnotation(string uniform, string type, Parameter parameter) => (Uniform, Type, Parameter) = (uniform, type, parameter);

    public string Uniform { get; }

    /// <summary>"float", "int" or "bool".</summary>
    public string Type { get; }

    /// <summary>The parameter "effects.&lt;effect&gt;.&lt;uniform&gt;".</summary>
    public Parameter Parameter { get; }

    /// <summary>Every uniform that <paramref name="lines"/> of an effect declare. Throws <see cref="LiveCamException"/> with file and line when one
    /// is not annotated properly.</summary>
    public static List<UniformAnnotation> Parse(string effect, IReadOnlyList<string> lines)
    {
        var found = new List<UniformAnnotation>();
        for (var i = 0; i < lines.Count; i++)
            if (Declaration().Match(lines[i]) is { Success: true } match)
                found.Add(Parse(effect, i + 1, match));
        return found;
    }

    /// <summary>Hands the parameter's present value to a material.</summary>
    public void Apply(Material material)
    {
        if (Parameter is SwitchParameter choice)
            material.Set(Uniform, choice.Value ? 1 : 0);
        else if (Type == "int")
            material.Set(Uniform, (int)Math.Round(((NumberParameter)Parameter).Value));
        else
            material.Set(Uniform, (float)((NumberParameter)Parameter).Value);
    }

    private static UniformAnnotation Parse(string effect, int line, Match declaration)
    {
        var (type, uniform, comment) = (declaration.Groups["type"].Value, declaration.Groups["name"].Value, declaration.Groups["comment"].Value);
        LiveCamException Refuse(string why) => new("Cannot use effect", $"shaders/effects/{effect}.frag:{line}", why,
            "Write it as: uniform float amount; // @range(0,1) @default(0.5) @doc \"what it does\"");

        var name = $"effects.{effect}.{uniform}";
        var doc = Doc().Match(comment).Groups[1].Value;
        var value = Default().Match(comment).Groups[1].Value.Trim();
        if (doc.Length == 0)
            throw Refuse($"uniform '{uniform}' has no @doc \"…\"");
        if (type == "bool")
            return new UniformAnnotation(uniform, type, new SwitchParameter(name, value == "true", doc));
        if (type is not ("float" or "int"))
            throw Refuse($"uniform '{uniform}' is a {type}, and parameters are float, int or bool");
        var range = Range().Match(comment);
        if (!Number(range.Groups[1].Value, out var low) || !Number(range.Groups[2].Value, out var high) || !(low < high))
            throw Refuse($"uniform '{uniform}' has no @range(low,high)");
        if (!Number(value, out var start) || start < low || start > high)
            throw Refuse($"uniform '{uniform}' has no @default(value) within its range");
        return new UniformAnnotation(uniform, type, new NumberParameter(name, start, low, high, type == "int" ? 1 : (high - low) / 20, doc));
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    [GeneratedRegex(@"^\s*uniform\s+(?<type>\w+)\s+(?<name>\w+)\s*(\[[^\]]*\])?\s*;\s*(//(?<comment>.*))?$")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"@range\(([^,)]*),([^)]*)\)")]
    private static partial Regex Range();

    [GeneratedRegex(@"@default\(([^)]*)\)")]
    private static partial Regex Default();

    [GeneratedRegex("@doc\\s+\"([^\"]+)\"")]
    private static partial Regex Doc();
}
