using System.Collections;

namespace LiveCam.Core;

/// <summary>
/// All parameters of a run, in the order they were added. Filled while the program is put together, read and set on any
/// thread afterwards.
/// </summary>
public sealed class ParameterSet : IEnumerable<Parameter>
{
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Parameter> _inOrder = [];
    private readonly List<string> _atFirst = [];

    /// <summary>Adds <paramref name="parameter"/> and returns it, so that its owner can keep it in a field.</summary>
    public T Add<T>(T parameter)
        where T : Parameter
    {
        _byName.Add(parameter.Name, parameter);
        _inOrder.Add(parameter);
        _atFirst.Add(parameter.Text);
        return parameter;
    }

    /// <summary>The parameters that have another value than the one they were added with.</summary>
    public IEnumerable<Parameter> Moved => _inOrder.Where((parameter, i) => parameter.Text != _atFirst[i]);

    /// <summary>The parameter of that name. Throws <see cref="LiveCamException"/> with the nearest names when there is none.</summary>
    public Parameter this[string name] => _byName.TryGetValue(name, out var parameter)
        ? parameter
        : throw new LiveCamException("Cannot set", name, "there is no such parameter", NearestNames.Suggest(name, _byName.Keys));

    public bool TryGet(string name, out Parameter? parameter) => _byName.TryGetValue(name, out parameter);

    /// <summary>Applies one <c>name=value</c>, as <c>--set</c> takes it.</summary>
    public void Apply(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            throw new LiveCamException("Cannot set", assignment, "there is no '=' in it", "Write --set name=value, for example --set heatmap.opacity=0.4");
        this[assignment[..at].Trim()].Parse(assignment[(at + 1)..].Trim());
    }

    public IEnumerator<Parameter> GetEnumerator() => _inOrder.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
