using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Networks of torchvision with random weights, as PyTorch exports them.</summary>
internal static class TorchvisionExport
{
    private const string Script = """
        import sys, torch, torchvision
        name, path, is_dynamic, is_distinct = *sys.argv[1:3], sys.argv[3] == "True", sys.argv[4] == "True"
        opset, height, width = map(int, sys.argv[5:])
        torch.manual_seed(1)
        more = dict(init_weights=False) if name in ("googlenet", "inception_v3") else {}
        net = getattr(torchvision.models, name)(weights=None, **more).eval()
        for parameter in net.parameters() if is_distinct else []:
            parameter.data += 0.01 * torch.rand_like(parameter)
        # AlexNet's adaptive pooling cannot be exported for an open size.
        open_axes = {0: "batch"} if name == "alexnet" else {0: "batch", 2: "height", 3: "width"}
        axes = {"image": open_axes, "logits": {0: "batch"}} if is_dynamic else None
        torch.onnx.export(net, torch.rand(1, 3, height, width), path, opset_version=opset, input_names=["image"], output_names=["logits"],
            dynamic_axes=axes)
        """;

    private static readonly Lazy<bool> IsInstalled = new(() => SystemPython.Has("torchvision, onnx"));

    public static IReadOnlyList<string> Architectures { get; } = ["alexnet", "resnet18", "squeezenet1_1", "densenet121", "googlenet", "inception_v3",
        "shufflenet_v2_x0_5", "mobilenet_v2", "mobilenet_v3_small", "mnasnet0_5", "efficientnet_b0", "regnet_y_400mf", "convnext_tiny", "vit_b_16",
        "swin_t"];

    /// <summary>The file and the size of its input; skips the running test when torchvision is absent.</summary>
    /// <param name="isDynamic">Batch, height and width left open, height and width unlike.</param>
    /// <param name="isDistinct">No two parameters alike: PyTorch writes equal ones, such as untrained biases, once.</param>
    public static (byte[] Bytes, int Height, int Width) Of(string architecture, int opset, bool isDynamic, bool isDistinct = false)
    {
        Assert.SkipUnless(IsInstalled.Value, "needs Debian's python3-torchvision and python3-onnx");
        var isSquare = !isDynamic || architecture is "alexnet" or "vit_b_16" or "swin_t";
        var (height, width) = isSquare ? (224, 224) : (192, 256);
        var folder = Repository.NewFolder();
        try
        {
            var path = Path.Combine(folder, "net.onnx");
            var (code, _, error) = SystemPython.Run("-c", Script, architecture, path, $"{isDynamic}", $"{isDistinct}", $"{opset}", $"{height}", $"{width}");
            Assert.True(code == 0, error);
            return (File.ReadAllBytes(path), height, width);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
