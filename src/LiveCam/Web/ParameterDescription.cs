using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>A parameter as pages and programs see it.</summary>
/// <param name="Name">Dotted: "heatmap.opacity".</param>
/// <param name="Value">As text.</param>
/// <param name="Kind">"number", "switch", "choice" or "text".</param>
/// <param name="Range">The allowed values, for people.</param>
/// <param name="Doc">What it does.</param>
internal sealed record ParameterDescription(string Name, string Value, string Kind, string Range, string Doc)
{
    /// <summary>Of a choice.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Of a number, like the two below.</summary>
    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public double? Step { get; init; }

    public static ParameterDescription Of(Parameter parameter) => parameter switch
    {
        NumberParameter number => new(parameter.Name, parameter.Text, "number", parameter.Range, parameter.Doc) { Minimum = number.Minimum, Maximum = number.Maximum, Step = number.StepSize },
        ChoiceParameter choice => new(parameter.Name, parameter.Text, "choice", parameter.Range, parameter.Doc) { Choices = choice.Choices },
        SwitchParameter => new(parameter.Name, parameter.Text, "switch", parameter.Range, parameter.Doc),
        _ => new(parameter.Name, parameter.Text, "text", parameter.Range, parameter.Doc),
    };
}
