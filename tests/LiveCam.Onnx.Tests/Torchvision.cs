using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Classifiers of Debian's python3-torchvision with random weights, batch statistics taken from noise, opset 13, 224x224.</summary>
internal static class Torchvision
{
    private const string Export = """
        import sys, torch, torchvision
        torch.manual_seed(0)
        net = getattr(torchvision.models, sys.argv[1])(weights=None).train()
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d): module.momentum = 1.0
        with torch.no_grad(): net(torch.rand(4, 3, 224, 224))
        torch.onnx.export(net.eval(), torch.rand(1, 3, 224, 224), sys.argv[2], opset_version=13)
        """;

    /// <summary>The .onnx file of a network; skips the running test where torchvision is absent.</summary>
    public static byte[] Onnx(string name)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/torchvision"), "needs Debian's python3-torchvision and python3-onnx");
        var folder = Repository.NewFolder();
        try
        {
            var path = Path.Combine(folder, "net.onnx");
            var (code, _, error) = SystemPython.Run("-c", Export, name, path);
            Assert.True(code == 0, error);
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
