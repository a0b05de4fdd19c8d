using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;

namespace LiveCam.Tests.RealData;

public class NotANumberTests
{
    [Fact]
    public void A_network_that_answers_nothing_is_not_explained_as_if_it_did()
    {
        // Constant weights overflow on the way through fifty layers: every logit is NaN.
        var network = Network.Open(Repository.SharedData("onnx_light", "light_resnet50.onnx"));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", "auto", "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var pool = new FramePool();
        using var frame = pool.Rent(64, 64);
        new Random(1).NextBytes(frame.Pixels);
        using var explanation = explainer.Explain(frame);
        Assert.Equal((MapState.NotANumber, 0f), (explanation.Targets[0].State, explanation.Targets[0].Maximum));
    }
}
