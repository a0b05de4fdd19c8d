using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Onnx;
using LiveCam.Onnx.Model;
using LiveCam.Testing;
using LiveCam.Tests.RealData;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>Several pictures at once: each must get the scores it gets alone.</summary>
public class BatchClassifierTests
{
    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void Eight_pictures_at_once_get_the_scores_of_each_alone(string model) => Compare(Network.Open(Repository.PathOf("models", model)), takesSeveral: true);

    [Theory]
    [InlineData("mobilenetv2_tf", true)]
    [InlineData("squeezenet1.1_zoo", true)]
    [InlineData("squeezenet1.1_caffe_opset7_softmax", true)]
    [InlineData("mobilenetv1_0.25_128", true)]
    public void So_do_those_of_real_networks(string model, bool takesSeveral) => Compare(Network.Open(RealNetworks.Folder(model)), takesSeveral);

    [Fact]
    public void A_network_that_counts_on_one_picture_gets_one_at_a_time() => Compare(Opened(net =>
        net.Dense(net.Graph.Append("Reshape", [net.Relu(net.Conv(net.Image, 4, 3)), net.Graph.Ints([1, 4 * 64])]), 3)), takesSeveral: false);

    [Fact]
    public void A_network_that_mixes_pictures_gets_one_at_a_time() => Compare(Opened(net =>
    {
        var features = net.Relu(net.Conv(net.Image, 4, 3));
        return net.PooledHead(features + features.Mean(0), 3);
    }), takesSeveral: false);

    [Fact]
    public void A_prepared_model_is_run_without_its_gradients()
    {
        var plain = OnnxModel.Open(Repository.PathOf("models", "emoji-fc", "model.onnx"));
        var prepared = OnnxModel.Read(ExplainableModel.From(plain, new PreparationOptions { Pixels = true }).ToBytes(), "prepared");
        var (scoring, original) = (ScoringModel.From(prepared), ScoringModel.From(plain));
        int Nodes(ScoringModel model) => ModelProto.Parser.ParseFrom(model.ToBytes()).Graph.Node.Count(node => node.OpType != "Identity");
        Assert.Equal(Nodes(original), Nodes(scoring));
        Assert.True(original.HasOpenBatch);
    }

    private static Network Opened(Func<Tiny, Value> head)
    {
        var net = new Tiny(13, 1, 3, 8, 8);
        var file = Path.Combine(Repository.NewFolder(), "model.onnx");
        File.WriteAllBytes(file, net.Finish(head(net)));
        return Network.Open(file);
    }

    private static void Compare(Network network, bool takesSeveral)
    {
        const int pictures = 8;
        var device = new ExecutionDevice("cpu");
        using var several = new BatchClassifier(network, device, pictures);
        using var alone = network.CreateClassifier(network.Card.Layer, device);
        Assert.Equal(takesSeveral ? pictures : 1, several.Pictures);
        Assert.Equal(alone.Classes, several.Classes);
        var random = new Random(7);
        for (var i = 0; i < several.Pictures; i++)
            foreach (ref var value in several.InputOf(i))
                value = random.NextSingle() * 4 - 2;
        several.Run();
        for (var i = 0; i < several.Pictures; i++)
        {
            several.InputOf(i).CopyTo(alone.Input);
            alone.Run();
            for (var c = 0; c < alone.Classes; c++)
                Assert.Equal(alone.Logits[c], several.LogitsOf(i)[c], 1e-4f * Math.Max(1, MathF.Abs(alone.Logits[c])));
        }
        Assert.Equal(0, Allocations.OfTenCalls(several.Run));
    }
}
