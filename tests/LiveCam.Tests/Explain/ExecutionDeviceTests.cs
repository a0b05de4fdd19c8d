using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;

namespace LiveCam.Tests.Explain;

public class ExecutionDeviceTests
{
    [Fact]
    public void Every_node_is_found_where_it_ran()
    {
        var network = Network.Open(Repository.PathOf("models", "emoji-fc"));
        var nodes = NodePlacement.Measure(network.At("auto"), network.InputShape, new ExecutionDevice("cpu"));
        // Eight convolutions and two linear layers forwards, and the way back.
        Assert.Equal("CPU", Assert.Single(nodes).Key);
        Assert.InRange(nodes["CPU"], 15, 80);
        Assert.Empty(Directory.EnumerateFiles(Environment.CurrentDirectory, "onnxruntime_profile*"));
    }

    [Fact]
    public void Auto_says_where_it_runs()
    {
        var (options, description) = new ExecutionDevice { Threads = 2 }.Configure();
        options.Dispose();
        Assert.Equal("CPU, 2 threads", description);
    }

    [Theory]
    [InlineData("nowhere.so", "there is no such file")]
    [InlineData("text.so", "text.so: file too short")]
    [InlineData("/lib/x86_64-linux-gnu/libm.so.6", "undefined symbol: CreateEpFactories")]
    public void What_is_no_plug_in_is_refused_before_it_is_used(string library, string why)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && (!library.StartsWith('/') || File.Exists(library)), "needs Debian's libm");
        if (library == "text.so")
        {
            library = Path.Combine(Repository.NewFolder(), library);
            File.WriteAllText(library, "not a library");
        }
        var error = Assert.Throws<LiveCamException>(() => new ExecutionDevice(PluginLibrary: library).Configure());
        Assert.Contains(why, error.Why, StringComparison.Ordinal);
    }
}
