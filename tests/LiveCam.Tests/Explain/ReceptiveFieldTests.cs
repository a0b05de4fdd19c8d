using LiveCam.Explain;
using LiveCam.Onnx;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using LiveCam.Testing;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>What a position of a layer sees: closed forms, and which pixels really move it.</summary>
public sealed class ReceptiveFieldTests
{
    private const int Side = 33;

    /// <summary>Size = 1 + sum of (k-1) times the strides before it; start = minus the pads, likewise.</summary>
    [Fact]
    public void A_chain_of_windows_has_its_closed_form()
    {
        var net = new Tiny(13, 1, 3, 64, 96);
        var x = net.Relu(net.Conv(net.Image, 4, 7, 2));
        x = net.MaxPool(x, 3, 2, 1);
        x = net.Relu(net.Conv(x, 4, 3));
        x = net.Relu(net.Conv(x, 4, 5, 2));
        var field = OnnxModel.Read(net.Finish(net.PooledHead(x, 3)), "net").ReceptiveFieldOf("auto");
        var size = 1 + 6 + 2 * 2 + 2 * 4 + 4 * 4;
        var start = -(3 + 1 * 2 + 1 * 4 + 2 * 4);
        Assert.Equal(new ReceptiveAxis(size, 8, start, 64), field.Rows);
        Assert.Equal(new ReceptiveAxis(size, 8, start, 96), field.Columns);
        Assert.Equal((0, start + size), field.Rows.Of(0));
        Assert.Equal((24 + start, 24 + start + size), field.Columns.Of(3));
        Assert.Equal((88 + start, 96), field.Columns.Of(11));
    }

    /// <summary>All weights 1 and a picture of one colour: a position answers to a pixel if and only if it sees it.</summary>
    [Theory]
    [InlineData("chain")]
    [InlineData("dilated")]
    [InlineData("branches")]
    [InlineData("averaged")]
    [InlineData("padded")]
    [InlineData("same")]
    [InlineData("last")]
    [InlineData("enlarged")]
    [InlineData("gated")]
    public void Exactly_the_pixels_of_the_field_move_a_position(string form)
    {
        var network = Open(Ones(form), form);
        var field = network.ReceptiveFieldOf("seen");
        using var classifier = network.CreateClassifier("seen", new ExecutionDevice("cpu"));
        foreach (var (row, column) in new[] { (classifier.Height / 2, classifier.Width / 2), (0, 1), (classifier.Height - 1, 0) })
        {
            var (rows, columns) = (field.Rows.Of(row), field.Columns.Of(column));
            Assert.Equal(form == "gated", field.Rows.IsWhole);
            var at = row * classifier.Width + column;
            var still = Respond(-1, -1, at);
            var (top, bottom, left, right) = (Side, -1, Side, -1);
            for (var y = 0; y < Side; y++)
                for (var x = 0; x < Side; x++)
                    if (MathF.Abs(Respond(y, x, at) - still) > 1e-6f * MathF.Abs(still))
                        (top, bottom, left, right) = (Math.Min(top, y), Math.Max(bottom, y), Math.Min(left, x), Math.Max(right, x));
            // At the edge the way may lead through padding alone, and between the pixels of what is enlarged the field is rounded outwards.
            if (row != classifier.Height / 2 || form == "enlarged")
                Assert.True(bottom < 0 || top >= rows.Begin && bottom < rows.End && left >= columns.Begin && right < columns.End);
            else
                Assert.Equal((rows.Begin, rows.End - 1, columns.Begin, columns.End - 1), (top, bottom, left, right));
        }

        float Respond(int y, int x, int at)
        {
            classifier.Input.Fill(0.5f);
            if (y >= 0)
                classifier.Input[form == "last" ? (y * Side + x) * 3 : y * Side + x] += 0.25f;
            classifier.Run();
            return classifier.Activations[at];
        }
    }

    /// <summary>On a trained network: everything outside may change and the position stays as it was.</summary>
    [Theory]
    [InlineData("relu2")]
    [InlineData("relu4")]
    [InlineData("relu5")]
    public void Nothing_outside_moves_a_trained_network(string layer)
    {
        using var scene = new ExplainedScene("emoji", "gradcam", "top", "pattern:dog");
        scene.Explainer.Explain(scene.Frame).Dispose();
        var (field, side) = (scene.Network.ReceptiveFieldOf(layer), 128);
        using var classifier = scene.Network.CreateClassifier(layer, new ExecutionDevice("cpu"));
        var (row, column) = (classifier.Height / 2, classifier.Width / 2);
        var (rows, columns) = (field.Rows.Of(row), field.Columns.Of(column));
        Assert.True(rows.End - rows.Begin < side);
        var picture = scene.Explainer.Classifier.Input.ToArray();
        var (still, outside, inside) = (Respond(_ => 0), Respond(seen => seen ? 0 : 1), Respond(seen => seen ? 1 : 0));
        Assert.Equal(still, outside);
        Assert.True(still.Zip(inside).Max(pair => MathF.Abs(pair.First - pair.Second)) > 1e-3);

        float[] Respond(Func<bool, int> share)
        {
            for (var i = 0; i < picture.Length; i++)
            {
                var (y, x) = (i / side % side, i % side);
                var seen = y >= rows.Begin && y < rows.End && x >= columns.Begin && x < columns.End;
                classifier.Input[i] = picture[i] + share(seen) * MathF.Sin(i * (float)i);
            }
            classifier.Run();
            return [.. Enumerable.Range(0, classifier.Channels).Select(k => classifier.Activations[(k * classifier.Height + row) * classifier.Width + column])];
        }
    }

    private static Network Open(byte[] network, string form)
    {
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network);
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{ "size": {{Side}}, "layout": "{{(form == "last" ? "NHWC" : "NCHW")}}" }""");
        return Network.Open(folder);
    }

    private static byte[] Ones(string form)
    {
        var net = form == "last" ? new Tiny(13, 1, Side, Side, 3) : new Tiny(13, 1, 3, Side, Side);
        var graph = net.Graph;
        var picture = form == "last" ? graph.Append("Transpose", [net.Image], ("perm", (long[])[0, 3, 1, 2])) : net.Image;
        var x = form switch
        {
            "dilated" => Conv(Conv(picture, 3, 1, 2), 3, 2, 3),
            "branches" => Conv(graph.Append("Concat", [Conv(picture, 1), Conv(picture, 5), Conv(Conv(picture, 3), 3, 1, 2)], ("axis", 1L)), 1),
            "averaged" => net.Op("AveragePool", Conv(picture, 3), ("kernel_shape", (long[])[3, 5]), ("strides", (long[])[2, 3]), ("pads", (long[])[0, 1, 1, 2])),
            "padded" => Conv(graph.Append("Pad", [picture, graph.Ints(0, 0, 1, 2, 0, 0, 3, 0)]), 3, 2),
            "same" => graph.Append("Conv", [picture, Filled(2, 3, 4, 4)], ("auto_pad", "SAME_UPPER"), ("strides", (long[])[3, 3])),
            "enlarged" => Conv(graph.Append("Resize", [Conv(picture, 3, 2), null, graph.Constant(new Tensor(ElementType.Float, [4], [1, 1, 2, 2]))],
                ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")), 3),
            "gated" => Gated(Conv(picture, 3)),
            _ => Conv(net.MaxPool(Conv(picture, 3, 2), 3, 2), 3),
        };
        var seen = graph.Name(net.Relu(x), "seen");
        return net.Finish(net.Dense(net.Op("Flatten", net.Op("GlobalAveragePool", seen)), 3));

        Value Filled(params long[] sizes) => graph.Constant(Tensor.Filled(ElementType.Float, sizes, 1));

        Value Gated(Value maps) => maps * net.Op("GlobalAveragePool", maps);

        Value Conv(Value maps, long kernel, long stride = 1, long dilation = 1)
        {
            var pad = kernel / 2 * dilation;
            return graph.Append("Conv", [maps, Filled(2, maps.Known[1], kernel, kernel)], ("strides", (long[])[stride, stride]),
                ("dilations", (long[])[dilation, dilation]), ("pads", (long[])[pad, pad, pad, pad]));
        }
    }
}
