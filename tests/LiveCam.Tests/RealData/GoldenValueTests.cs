using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Onnx;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.RealData;

/// <summary>Maps of real networks against values computed in float64 by an independent implementation with autograd.</summary>
public class GoldenValueTests
{
    public static TheoryData<string> Networks => [.. RealNetworks.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Maps_equal_the_golden_values_to_1e_4_of_full_scale(string name)
    {
        var golden = NpyArray.ReadZip(Repository.SharedData("golden", $"{name}.npz"));
        var network = Network.Open(RealNetworks.Folder(name));
        foreach (var method in CamMethods.All.Where(m => !m.NeedsPooledLinearHead || network.At(network.Card.Layer).Layer.Head == HeadKind.PooledLinear))
        {
            var parameters = new ExplainParameters(new ParameterSet(), network, method.Name, network.Card.Layer, "top");
            using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
            foreach (var key in golden.Keys.Where(key => key.EndsWith("|gradcam", StringComparison.Ordinal)))
                Compare(explainer, parameters, method, golden, key[..^"|gradcam".Length]);
        }
    }

    /// <param name="explainer">The explainer.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="method">The method to compare.</param>
    /// <param name="golden">All golden values.</param>
    /// <param name="key">"picture_size|class".</param>
    private static void Compare(Explainer explainer, ExplainParameters parameters, CamMethod method, Dictionary<string, NpyArray> golden, string key)
    {
        // CAM's weights are Grad-CAM's times H*W; the authors' variant has no golden values.
        var source = method.NeedsPooledLinearHead ? "gradcam" : method.Name;
        if (!golden.TryGetValue($"{key}|{source}", out var expected))
            return;
        parameters.Class.Value = key.Split('|')[1];
        using var pool = new FramePool();
        using var pictures = SourceSchemes.Open(Repository.SharedData("golden", $"{key.Split('|')[0]}.png"), new SourceOptions());
        Assert.Equal(ReadResult.Frame, pictures.Read(pool, out var frame));
        using var explanation = explainer.Explain(frame!);
        frame!.Dispose();
        Assert.Equal(golden[$"{key}|logit"].Values[0], explanation.Targets[0].Class.Logit, 1e-3 * Math.Max(1, Math.Abs(golden[$"{key}|logit"].Values[0])));
        var factor = method.NeedsPooledLinearHead ? expected.Values.Length : 1.0;
        var scale = Math.Max(expected.Values.Max() * factor, 1e-12);
        var map = explanation.Map(0);
        Assert.Equal(expected.Values.Length, map.Length);
        for (var i = 0; i < map.Length; i++)
            Assert.True(Math.Abs(map[i] - expected.Values[i] * factor) <= 1e-4 * scale,
                $"{method.Name} of {key}, element {i}: {map[i]} instead of {expected.Values[i] * factor}, full scale {scale}");
    }
}
