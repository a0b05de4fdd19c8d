using System.Diagnostics;
using LiveCam.Onnx.Model;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Inferred shapes and folded numbers against every value that ONNX Runtime computes.</summary>
public sealed class ShapeInferenceTests(ITestOutputHelper output)
{
    /// <summary>How much they return is known only when they run.</summary>
    private static readonly string[] Open = ["NonZero", "Compress", "Unique"];

    public static TheoryData<string> Operators() => [.. ShapeCases.All.Select(c => c.ToString())];

    public static TheoryData<string> Folded() => [.. FoldingCases.All.Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Every_form_of_an_operator_has_the_shapes_of_the_real_results(string name)
    {
        var test = ShapeCases.All.Single(c => c.ToString() == name);
        foreach (var opset in test.Versions)
        {
            var values = EveryValue.Of(test.Bytes(opset));
            Assert.True(values.Wrong.Count == 0, $"opset {opset}: {string.Join("; ", values.Wrong)}");
            if (!Open.Contains(test.Op))
                Assert.True(values.Unknown.Count == 0, $"opset {opset}: {string.Join("; ", values.Unknown)}");
        }
    }

    [Theory]
    [MemberData(nameof(Folded))]
    public void Every_form_of_shape_arithmetic_has_the_numbers_of_the_real_results(string name)
    {
        var test = FoldingCases.All.Single(c => c.ToString() == name);
        foreach (var opset in test.Versions)
        {
            var values = EveryValue.Of(test.Bytes(opset));
            Assert.True(values.Wrong.Count == 0, $"opset {opset}: {string.Join("; ", values.Wrong)}");
            Assert.Equal(test.Outputs, values.Folded);
        }
    }

    [Theory]
    [InlineData("bvlc_alexnet")]
    [InlineData("densenet121")]
    [InlineData("inception_v1")]
    [InlineData("inception_v2")]
    [InlineData("resnet50")]
    [InlineData("shufflenet")]
    [InlineData("squeezenet")]
    [InlineData("vgg19")]
    [InlineData("zfnet512")]
    public void Every_shape_of_the_light_architectures_is_the_real_one(string name) =>
        AssertAll(EveryValue.Of(File.ReadAllBytes(Repository.SharedData("onnx_light", $"light_{name}.onnx"))));

    [Theory]
    [InlineData("squeezenet1.1_zoo")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax")]
    [InlineData("mobilenetv2_tf")]
    [InlineData("mobilenetv1_0.25_128")]
    public void Every_shape_of_the_real_networks_is_the_real_one(string name)
    {
        var model = RealModel.Load(name);
        AssertAll(EveryValue.Of(model.Bytes, model.Size, model.Size));
    }

    public static TheoryData<string, int> Exports()
    {
        var data = new TheoryData<string, int>();
        foreach (var architecture in TorchvisionExport.Architectures)
            foreach (var opset in new[] { 11, 13, 16 })
                data.Add(architecture, opset);
        return data;
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Exports))]
    public void Every_shape_of_the_exports_of_torchvision_is_the_real_one(string architecture, int opset)
    {
        foreach (var isDynamic in new[] { false, true })
        {
            var (bytes, height, width) = TorchvisionExport.Of(architecture, opset, isDynamic);
            var model = ModelProto.Parser.ParseFrom(bytes);
            var started = Stopwatch.GetTimestamp();
            var nodes = new Graph(model, (height, width)).Nodes.Count;
            var inferred = Stopwatch.GetElapsedTime(started);
            var values = EveryValue.Of(bytes, height, width);
            output.WriteLine($"{architecture} opset {opset}{(isDynamic ? " dynamic" : "")}: {nodes} nodes inferred in {inferred.TotalMilliseconds:f0} ms, "
                + $"{values.Folded} values folded");
            AssertAll(values);
            Assert.InRange(inferred.TotalSeconds, 0, 1);
        }
    }

    private static void AssertAll(EveryValue values)
    {
        Assert.True(values.Wrong.Count == 0, $"{values.Wrong.Count} wrong: {string.Join("; ", values.Wrong.Take(5))}");
        Assert.True(values.Unknown.Count == 0, $"{values.Unknown.Count} unknown: {string.Join("; ", values.Unknown.Take(5))}");
    }
}
