using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Where there is no derivative, the one that is taken: PyTorch's.</summary>
public sealed class KinksTests
{
    private static readonly Dictionary<string, (Func<Value, Value> Function, double At, double Derivative)> Kinks = new()
    {
        ["relu"] = (x => x.Relu(), 0, 0),
        ["leaky relu"] = (x => Op("LeakyRelu", x, ("alpha", 0.25f)), 0, 0.25),
        ["leaky relu with a negative slope"] = (x => Op("LeakyRelu", x, ("alpha", -0.25f)), 0, -0.25),
        ["parametric relu"] = (x => x.Graph.Append("PRelu", [x, x.Graph.Constant(0.25)]), 0, 0.25),
        ["parametric relu with a negative slope"] = (x => x.Graph.Append("PRelu", [x, x.Graph.Constant(-0.25)]), 0, -0.25),
        ["a threshold"] = (x => Op("ThresholdedRelu", x, ("alpha", 0.5f)), 0.5, 0),
        ["a threshold below 0"] = (x => Op("ThresholdedRelu", x, ("alpha", -0.5f)), -0.5, 0),
        ["a clip's lower bound"] = (x => x.Graph.Append("Clip", [x, x.Graph.Constant(-1), x.Graph.Constant(1)]), -1, 0),
        ["a clip's upper bound"] = (x => x.Graph.Append("Clip", [x, x.Graph.Constant(-1), x.Graph.Constant(1)]), 1, 0),
        ["ELU"] = (x => Op("Elu", x, ("alpha", 0.5f)), 0, 0.5),
        ["SELU"] = (x => Op("Selu", x, ("alpha", 0.5f), ("gamma", 3f)), 0, 1.5),
        ["hard sigmoid"] = (x => Op("HardSigmoid", x, ("alpha", 0.25f)), 2, 0),
        ["hard-swish at -3"] = (x => Op("HardSwish", x), -3, -0.5),
        ["hard-swish at 3"] = (x => Op("HardSwish", x), 3, 1.5),
        ["an absolute value"] = (x => Op("Abs", x), 0, 0),
        ["a maximum, x first"] = (x => x.Graph.Append("Max", [x, x.Graph.Constant(2)]), 2, 1),
        ["a maximum, x second"] = (x => x.Graph.Append("Max", [x.Graph.Constant(2), x]), 2, 0),
        ["a minimum, x second of three"] = (x => x.Graph.Append("Min", [x.Graph.Constant(3), x, x.Graph.Constant(2)]), 2, 1),
        ["a maximum of x with itself"] = (x => x.Graph.Append("Max", [x, x]), 2, 1),
        ["0 squared"] = (x => x.Pow(2), 0, 0),
        ["0 to the power of 1"] = (x => x.Pow(1), 0, 1),
        ["0 to the power of 0"] = (x => x.Pow(0), 0, 0),
        ["a quantisation's largest integer"] = (Rounded, 127, 1),
        ["a quantisation's largest integer, where the value was beyond it"] = (Rounded, 128, 0),
        ["the largest integer of what runs on integers"] = (x => Rounded(Rounded(x) * 1), 127, 0),
        ["a vector of length 0"] = (x => Op("LpNormalization", x), 0, 0),
    };

    public static TheoryData<string> Names() => [.. Kinks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_derivative_at_a_kink_is(string name)
    {
        var (function, at, derivative) = Kinks[name];
        var graph = Graph.Empty(16, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 1));
        var gradient = graph.Name(Backpropagation.Gradient(function(x), graph.Fill(new Shape(1, 1, 1), 1), x), "gradient");
        graph.AddOutput(gradient, ElementType.Float);
        graph.Prune();
        using var model = new OrtModel(graph.ToBytes());
        Assert.Equal([derivative], model.Run(("x", [1, 1], [at]))["gradient"].Values);
    }

    private static Value Rounded(Value x)
    {
        var (scale, zero) = (x.Graph.Constant(1), x.Graph.Constant(Tensor.Scalar(ElementType.Int8, 0)));
        return x.Graph.Append("DequantizeLinear", [x.Graph.Append("QuantizeLinear", [x, scale, zero]), scale, zero]);
    }

    private static Value Op(string op, Value x, params (string, object)[] attributes) => x.Graph.Append(op, [x], attributes);
}
