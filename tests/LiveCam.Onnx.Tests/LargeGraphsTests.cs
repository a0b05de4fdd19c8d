using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Graphs many times larger than any network: what is done with them takes time in proportion to their size.</summary>
public sealed class LargeGraphsTests
{
    private const int Classes = 3;

    /// <summary>A network with n of something, and the n that is tried.</summary>
    private static readonly Dictionary<string, (int Count, Func<Network, Value, int, Value> Body)> Bodies = new()
    {
        ["a chain of relus"] = (5_000, (net, x, n) => Chain(x, n, net.Relu)),
        ["layers"] = (2_000, (net, x, n) => Chain(x, n, y => net.Relu(net.Conv(y, 2, 1)))),
        ["layers that SiLU makes curved"] = (2_000, (net, x, n) => Chain(x, n, y => y * net.Op("Sigmoid", y))),
        ["residual blocks"] = (2_000, (net, x, n) => Chain(x, n, y => net.Relu(net.Conv(y, 2, 1)) + y)),
        ["blocks of attention"] = (500, (_, x, n) => Chain(x.Reshape(new Shape(1, 2, 16)), n, Attend).Reshape(new Shape(1, 2, 4, 4))),
        ["branches that are added one by one"] = (4_000, (net, x, n) => Branches(x, n, net.Relu).Aggregate((a, b) => a + b)),
        ["branches that are summed"] = (4_000, (net, x, n) => net.Graph.Append("Sum", Branches(x, n, net.Relu))),
        ["branches that are joined"] = (4_000, (net, x, n) =>
            net.Graph.Append("Concat", Branches(x, n, net.Relu), ("axis", 2L)).Reshape(new Shape(1, 2, 4L * n, 4))),
        ["branches of one gate"] = (4_000, (net, x, n) => Gated(net, x, n)),
        ["branches to outputs"] = (5_000, (net, x, n) => Outputs(net, x, n)),
        ["a tree of concatenations"] = (2_000, (net, x, n) => Tree(net, Branches(x, n, net.Relu))),
        ["a growing concatenation"] = (2_000, (net, x, n) => Chain(x, n, y => net.Graph.Append("Concat", [y, x], ("axis", 1L)))),
        ["computed constants"] = (20_000, (net, x, n) => x + Chain(net.Random(1, 1, 2, 16, 16), n, c => -c).Slice(2, 0, 4).Slice(3, 0, 4)),
    };

    public static TheoryData<string> Names() => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_graph_larger_than_any_network_stays_within_the_bounds(string name)
    {
        var (count, body) = Bodies[name];
        var network = new Network(13, 1, 3, 4, 4);
        var x = body(network, network.Relu(network.Conv(network.Image, 2, 3)), count);
        Assert.Null(Bounded.Refusal(network.Finish(network.PooledHead(network.Relu(network.Conv(x, 2, 1)), Classes))));
    }

    private static Value Chain(Value x, int count, Func<Value, Value> next)
    {
        for (var i = 0; i < count; i++)
            x = next(x);
        return x;
    }

    private static Value[] Branches(Value x, int count, Func<Value, Value> next) => [.. Enumerable.Range(0, count).Select(_ => next(x))];

    private static Value Attend(Value x) => x.Graph.Append("Softmax", [x.MatMul(x.SwapLastTwo())], ("axis", -1L)).MatMul(x) + x;

    private static Value Gated(Network net, Value x, int count)
    {
        var gate = net.Op("Sigmoid", x);
        return net.Graph.Append("Sum", Branches(x, count, y => y * gate));
    }

    private static Value Outputs(Network net, Value x, int count)
    {
        foreach (var branch in Branches(x, count, net.Relu))
            net.Graph.AddOutput(branch, ElementType.Float);
        return x;
    }

    private static Value Tree(Network net, Value[] leaves)
    {
        while (leaves.Length > 1)
            leaves = [.. leaves.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : net.Graph.Append("Concat", pair, ("axis", 1L)))];
        return leaves[0];
    }
}
