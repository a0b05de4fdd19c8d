using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Batch;
using LiveCam.Explain.Compare;

namespace LiveCam.Web;

/// <summary>What one client asks of its pictures: parameters of its own, by the names and rules of everybody's. Used by one thread at a time.</summary>
internal sealed class ClientQuestion
{
    private readonly ParameterSet _parameters = new();
    private readonly Network _network;
    private readonly ExplainParameters _explain;
    private readonly CompareParameters _compare;

    /// <param name="network">What explains.</param>
    /// <param name="start">What is asked at first; see <see cref="ExplainParameters"/>.</param>
    public ClientQuestion(Network network, (string Method, string Layer, string Class) start)
    {
        _network = network;
        _explain = new ExplainParameters(_parameters, network, start.Method, start.Layer, start.Class);
        _compare = new CompareParameters(_parameters, network, _explain);
        Offered = [_explain.Class, _explain.Method, _explain.Layer, _compare.With];
    }

    /// <summary>The parameters a client may set.</summary>
    public IReadOnlyList<Parameter> Offered { get; }

    /// <summary>What is asked now.</summary>
    public Question Current => new(_explain.CamMethod, _network.At(_explain.Layer.Value).Layer.Name, ClassExpression.Parse(_explain.Class.Value, _network.Labels, _network.Classes),
        [.. _compare.Rivals.Where(rival => rival.Method != _explain.CamMethod)]);

    /// <summary>Sets a parameter; returns what undoes it. Throws <see cref="LiveCamException"/> when there is no such parameter or the value is not allowed.</summary>
    public Action Set(string name, string value)
    {
        var parameter = Offered.FirstOrDefault(offered => string.Equals(offered.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new LiveCamException("Cannot set", name, "there is no such parameter here", NearestNames.Suggest(name, Offered.Select(offered => offered.Name)));
        if (parameter == _explain.Layer && value != "auto" && !_network.Layers.Contains(value))
            throw new LiveCamException("Cannot explain at", value, "the network has no such layer", NearestNames.Suggest(value, _network.Layers));
        var before = parameter.Text;
        parameter.Parse(value);
        if (!_compare.Rivals.Any(rival => rival.Layer is not null))
            return () => parameter.Parse(before);
        parameter.Parse(before);
        throw new LiveCamException("Cannot set", $"{name}={value}", "in a browser methods are compared at one layer", "Leave out what follows the '@'");
    }
}
