using System.Collections;

namespace LiveCam.Core;

/// <summary>
/// All parameters of a run, in the order they were added. Safe on any thread: a scene adds its parameters on the thread that draws, while others read and set those that
/// are there.
/// </summary>
public sealed class ParameterSet : IEnumerable<Parameter>
{
    private readonly Lock _lock = new();

    // Replaced whole, so that who reads sees all of an addition or nothing.
    private volatile Contents _contents = new(new(StringComparer.OrdinalIgnoreCase), [], []);

    /// <summary>Adds <paramref name="parameter"/> and returns it, so that its owner can keep it in a field.</summary>
    public T Add<T>(T parameter)
        where T : Parameter
    {
        lock (_lock)
        {
            var (byName, inOrder, atFirst) = _contents;
            _contents = new(new(byName, StringComparer.OrdinalIgnoreCase) { { parameter.Name, parameter } }, [.. inOrder, parameter], [.. atFirst, parameter.Text]);
        }
        return parameter;
    }

    /// <summary>The parameters that have another value than the one they were added with.</summary>
    public IEnumerable<Parameter> Moved
    {
        get
        {
            var (_, inOrder, atFirst) = _contents;
            return inOrder.Where((parameter, i) => parameter.Text != atFirst[i]);
        }
    }

    /// <summary>The parameter of that name. Throws <see cref="LiveCamException"/> with the nearest names when there is none.</summary>
    public Parameter this[string name] => TryGet(name, out var parameter)
        ? parameter!
        : throw new LiveCamException("Cannot set", name, "there is no such parameter", NearestNames.Suggest(name, _contents.ByName.Keys));

    public bool TryGet(string name, out Parameter? parameter) => _contents.ByName.TryGetValue(name, out parameter);

    /// <summary>Applies one <c>name=value</c>, as <c>--set</c> takes it.</summary>
    public void Apply(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            throw new LiveCamException("Cannot set", assignment, "there is no '=' in it", "Write --set name=value, for example --set heatmap.opacity=0.4");
        this[assignment[..at].Trim()].Parse(assignment[(at + 1)..].Trim());
    }

    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)_contents.InOrder).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed record Contents(Dictionary<string, Parameter> ByName, Parameter[] InOrder, string[] AtFirst);
}
