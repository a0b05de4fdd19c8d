using System.Globalization;

namespace LiveCam.Core;

/// <summary>
/// A named value that the user may change while LiveCam runs: by key, by <c>--set name=value</c>, from a scene file or a web
/// page, which are all views of one <see cref="ParameterSet"/>. Setting is safe on any thread; readers see the newest value.
/// </summary>
public abstract class Parameter
{
    protected Parameter(string name, string doc) => (Name, Doc) = (name, doc);

    /// <summary>Dotted and lower-case, the room first: "heatmap.opacity".</summary>
    public string Name { get; }

    /// <summary>One line: what it does, and its unit.</summary>
    public string Doc { get; }

    /// <summary>The allowed values, for people: "0..1", "turbo|viridis|inferno".</summary>
    public abstract string Range { get; }

    /// <summary>The current value as <see cref="Parse"/> reads it.</summary>
    public abstract string Text { get; }

    /// <summary>Raised after a change, on the thread that changed it.</summary>
    public event Action<Parameter>? Changed;

    /// <summary>Sets the value from text. Throws <see cref="LiveCamException"/> when the text is no allowed value.</summary>
    public abstract void Parse(string text);

    /// <summary>Moves to the next (or previous) value: a step of a number, the next choice, the other truth value. Choices wrap round, numbers stop at their ends.</summary>
    public abstract void Step(int direction);

    protected void OnChanged() => Changed?.Invoke(this);

    protected LiveCamException Refuse(string text, string fix) =>
        new("Cannot set", $"{Name}={text}", $"the value must be {Range}", fix);
}

/// <summary>A number in a range. Values outside are refused when parsed and clamped when set by code.</summary>
public sealed class NumberParameter : Parameter
{
    private double _value;

    /// <param name="name">See <see cref="Parameter.Name"/>.</param>
    /// <param name="value">The value at the start.</param>
    /// <param name="minimum">Lowest allowed.</param>
    /// <param name="maximum">Highest allowed.</param>
    /// <param name="step">By how much a key press moves it.</param>
    /// <param name="doc">See <see cref="Parameter.Doc"/>.</param>
    public NumberParameter(string name, double value, double minimum, double maximum, double step, string doc)
        : base(name, doc)
    {
        (Minimum, Maximum, StepSize) = (minimum, maximum, step);
        _value = Math.Clamp(value, minimum, maximum);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public double StepSize { get; }

    public double Value
    {
        get => Volatile.Read(ref _value);
        set
        {
            Volatile.Write(ref _value, Math.Clamp(value, Minimum, Maximum));
            OnChanged();
        }
    }

    public override string Range => string.Create(CultureInfo.InvariantCulture, $"{Minimum}..{Maximum}");

    public override string Text => Value.ToString(CultureInfo.InvariantCulture);

    public override void Parse(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value >= Minimum && value <= Maximum))
            throw Refuse(text, $"Give a number in {Range}");
        Value = value;
    }

    public override void Step(int direction) => Value = Math.Round(Value + direction * StepSize, 6);
}

/// <summary>On or off.</summary>
public sealed class SwitchParameter(string name, bool value, string doc) : Parameter(name, doc)
{
    private volatile bool _value = value;

    public bool Value
    {
        get => _value;
        set
        {
            _value = value;
            OnChanged();
        }
    }

    public override string Range => "on|off";

    public override string Text => Value ? "on" : "off";

    public override void Parse(string text) => Value = text.ToLowerInvariant() switch
    {
        "on" or "true" or "1" or "yes" => true,
        "off" or "false" or "0" or "no" => false,
        _ => throw Refuse(text, "Give on or off"),
    };

    public override void Step(int direction) => Value = !Value;
}

/// <summary>One of a list of names.</summary>
public sealed class ChoiceParameter : Parameter
{
    private volatile int _index;

    public ChoiceParameter(string name, string value, IReadOnlyList<string> choices, string doc)
        : base(name, doc)
    {
        Choices = choices;
        Parse(value);
    }

    public IReadOnlyList<string> Choices { get; }

    /// <summary>Refuses a choice that does not fit the present state by throwing <see cref="LiveCamException"/>; stepping passes over it.</summary>
    public Action<string>? Check { get; set; }

    /// <summary>Position of the current value in <see cref="Choices"/>.</summary>
    public int Index
    {
        get => _index;
        set
        {
            var index = (value % Choices.Count + Choices.Count) % Choices.Count;
            Check?.Invoke(Choices[index]);
            _index = index;
            OnChanged();
        }
    }

    public string Value => Choices[_index];

    public override string Range => string.Join('|', Choices);

    public override string Text => Value;

    public override void Parse(string text)
    {
        for (var i = 0; i < Choices.Count; i++)
        {
            if (!string.Equals(Choices[i], text, StringComparison.OrdinalIgnoreCase))
                continue;
            Index = i;
            return;
        }
        throw Refuse(text, NearestNames.Suggest(text, Choices));
    }

    public override void Step(int direction)
    {
        for (var distance = 1; distance <= Choices.Count; distance++)
        {
            try
            {
                Index = _index + direction * distance;
                return;
            }
            catch (LiveCamException) when (distance < Choices.Count)
            {
                // Not in the present state: try the one behind it.
            }
        }
    }
}

/// <summary>Free text, checked by the part of LiveCam that reads it (a class expression, a layer's name).</summary>
public sealed class TextParameter(string name, string value, string range, string doc) : Parameter(name, doc)
{
    private volatile string _value = value;

    /// <summary>Refuses a text by throwing <see cref="LiveCamException"/>; called before every change.</summary>
    public Action<string>? Check { get; set; }

    public string Value
    {
        get => _value;
        set
        {
            Check?.Invoke(value);
            _value = value;
            OnChanged();
        }
    }

    public override string Range => range;

    public override string Text => Value;

    public override void Parse(string text) => Value = text;

    public override void Step(int direction)
    {
    }
}
