using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Networks made on the spot, with random weights of the size that keeps the signal's variance (He's rule).</summary>
internal sealed class Network
{
    private readonly Random _random = new(1);

    public Network(int opset, params long[] input)
    {
        Graph = Graph.Empty(opset, ElementType.Float);
        Image = Graph.AddInput("image", ElementType.Float, new Shape(input));
    }

    public Graph Graph { get; }

    public Value Image { get; }

    public byte[] Finish(Value output, string name = "logits")
    {
        Graph.AddOutput(Graph.Name(output, name), ElementType.Float);
        return Graph.ToBytes();
    }

    public Value Op(string op, Value x, params (string, object)[] attributes) => Graph.Append(op, [x], attributes);

    public Value Relu(Value x) => Op("Relu", x);

    public Value Random(double size, params long[] dims) => Graph.Constant(new Tensor(ElementType.Float, dims,
        [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (_random.NextDouble() * 2 - 1) * size * Math.Sqrt(3))]));

    public Value Conv(Value x, long outputs, long kernel, long stride = 1, long group = 1)
    {
        var inputs = x.Known[1] / group;
        long[] pads = [kernel / 2, kernel / 2, (kernel - 1) / 2, (kernel - 1) / 2];
        return Graph.Append("Conv", [x, Random(Math.Sqrt(2.0 / (inputs * kernel * kernel)), outputs, inputs, kernel, kernel), Random(0.1, outputs)],
            ("strides", (long[])[stride, stride]), ("pads", pads), ("group", group));
    }

    public Value Dense(Value x, long outputs) =>
        Graph.Append("Gemm", [x, Random(Math.Sqrt(2.0 / x.Known[1]), outputs, x.Known[1]), Random(0.1, outputs)], ("transB", 1L));

    public Value MaxPool(Value x, long kernel, long stride, long pad = 0) =>
        Op("MaxPool", x, ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]));

    public Value PooledHead(Value x, long classes) => Dense(Op("Flatten", Op("GlobalAveragePool", x)), classes);

    /// <summary>The layout of ResNet-18 with batch normalisation folded in.</summary>
    public static byte[] ResNet18()
    {
        var net = new Network(13, 1, 3, 224, 224);
        var x = net.MaxPool(net.Relu(net.Conv(net.Image, 64, 7, 2)), 3, 2, 1);
        foreach (var (channels, stride) in ((long, long)[])[(64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)])
        {
            var shortcut = stride == 1 ? x : net.Conv(x, channels, 1, stride);
            x = net.Relu(net.Conv(net.Relu(net.Conv(x, channels, 3, stride)), channels, 3) + shortcut);
        }
        return net.Finish(net.PooledHead(x, 1000));
    }

    /// <summary>The layout of AlexNet (torchvision's): overlapping max pooling and three fully connected layers.</summary>
    public static byte[] AlexNet()
    {
        var net = new Network(13, 1, 3, 224, 224);
        var x = net.MaxPool(net.Relu(net.Conv(net.Image, 64, 11, 4)), 3, 2);
        x = net.MaxPool(net.Relu(net.Conv(x, 192, 5)), 3, 2);
        x = net.Relu(net.Conv(net.Relu(net.Conv(net.Relu(net.Conv(x, 384, 3)), 256, 3)), 256, 3));
        x = net.Op("Flatten", net.MaxPool(x, 3, 2));
        return net.Finish(net.Dense(net.Relu(net.Dense(net.Relu(net.Dense(x, 4096)), 4096)), 1000));
    }
}
