using System.Diagnostics;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>
/// Networks of torchvision whose features are tokens or lie channels last, with random weights, against PyTorch's own derivatives in
/// float64. Each takes up to a minute, so they run when asked for.
/// </summary>
public sealed class VisionTransformerTests
{
    /// <summary>Writes the model, its input, and for classes 0 and 7 activations and gradients of the layer, [1,K,H,W], and of the picture.</summary>
    private const string Script = """
        import sys, numpy, torch, torchvision
        name, opset, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        torch.manual_seed(1)
        net = getattr(torchvision.models, name)(weights=None).eval()
        if name == "vit_b_16":
            torch.nn.init.normal_(net.heads.head.weight)  # which torchvision leaves 0
        picture = torch.rand(1, 3, 224, 224)
        torch.onnx.export(net, picture, f"{folder}/net.onnx", opset_version=opset, input_names=["image"], output_names=["logits"])
        layer, view = {
            "convnext_tiny": (lambda n: n.features[-1], lambda v: v),
            "swin_t": (lambda n: n.norm, lambda v: v.permute(0, 3, 1, 2)),
            "vit_b_16": (lambda n: n.encoder.layers[-1].ln_1, lambda v: v[:, 1:].permute(0, 2, 1).reshape(1, -1, 14, 14)),
        }[name]
        kept = []
        layer(net).register_forward_hook(lambda module, inputs, output: kept.append(output))
        net, x = net.double(), picture.double().requires_grad_()
        logits = net(x)[0]
        gradients = [torch.autograd.grad(logits[c], [kept[0], x], retain_graph=True) for c in (0, 7)]
        save = lambda what, value: numpy.save(f"{folder}/{what}.npy", numpy.ascontiguousarray(value.detach().float().numpy()))
        save("image", x)
        save("activations", view(kept[0]))
        save("gradients", torch.cat([view(g) for g, _ in gradients]))
        save("input_gradients", torch.cat([g for _, g in gradients]))
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Theory(Explicit = true)]
    [InlineData("convnext_tiny", 13, 768, 7, "layer normalisation")]
    [InlineData("convnext_tiny", 16, 768, 7, "layer normalisation")]
    [InlineData("swin_t", 13, 768, 7, null)]
    [InlineData("swin_t", 16, 768, 7, null)]
    [InlineData("vit_b_16", 13, 768, 14, "attention, layer normalisation and GELU")]
    [InlineData("vit_b_16", 16, 768, 14, "attention, layer normalisation and GELU")]
    public void Gradients_equal_those_of_torch(string name, int opset, int channels, int size, string? between)
    {
        var folder = Repository.NewFolder();
        try
        {
            Export(name, opset, folder);
            var plain = OnnxModel.Read(File.ReadAllBytes(Path.Combine(folder, "net.onnx")), name);
            var clock = Stopwatch.StartNew();
            var prepared = ExplainableModel.From(plain, new PreparationOptions { Pixels = true });
            var took = clock.Elapsed;
            Assert.Equal((channels, size, size), (prepared.Layer.Channels, prepared.Layer.Height, prepared.Layer.Width));
            Assert.Equal(between is null ? null : $"{between} between layer and logit", prepared.Layer.Approximation);
            using var model = new OrtModel(prepared.ToBytes());
            var result = model.Run(("image", [1, 3, 224, 224], Read("image")), (prepared.Target!, [2], [0, 7]));
            AssertClose(Read("activations"), result[prepared.Layer.Activations].Values);
            AssertClose(Read("gradients"), result[prepared.Layer.Gradients!].Values);
            AssertClose(Read("input_gradients"), result[prepared.PixelGradients!].Values);
            Assert.InRange(took, TimeSpan.Zero, Patience);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        double[] Read(string what) => NpyArray.Read(Path.Combine(folder, $"{what}.npy")).Values;
    }

    private static void Export(string name, int opset, string folder)
    {
        Assert.SkipUnless(SystemPython.Has("torchvision, onnx"), "needs Debian's python3-torchvision and python3-onnx");
        var (code, _, error) = SystemPython.Run("-W", "ignore", "-c", Script, name, $"{opset}", folder);
        Assert.True(code == 0, error);
    }

    /// <summary>Equal up to the accuracy of float32 through a deep network.</summary>
    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(worst / expected.Max(Math.Abs), 0, 1e-3);
    }
}
