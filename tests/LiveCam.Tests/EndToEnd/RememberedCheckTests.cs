using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary>What <c>view</c> says when it sees a network for the first time, and when it does not.</summary>
public class RememberedCheckTests
{
    private readonly string _folder = Repository.NewFolder();

    private string Checks => Path.Combine(_folder, "cache", "livecam", "checks");

    [Fact]
    public void A_network_is_checked_once_at_each_layer()
    {
        Assert.Contains("First time with emoji: gradients of 'features' against finite differences: worst relative error",
            View("emoji"), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Checks));
        Assert.Equal("", View("emoji"));
        Assert.Contains("'relu7'", View("emoji", "--layer", "relu7"), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Checks).Length);
    }

    [Fact]
    public void Wrong_gradients_are_said_every_time()
    {
        View("emoji");
        File.WriteAllText(Directory.GetFiles(Checks)[0],
            """[{ "What": "gradients of 'features'", "Value": 0.5, "Bound": "at most 0.03", "IsRight": false }]""");
        for (var i = 0; i < 2; i++)
            Assert.Contains("The maps of emoji are not to be trusted: gradients of 'features' 0.5 (at most 0.03): WRONG",
                View("emoji"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_memory_is_made_again()
    {
        View("emoji");
        File.WriteAllText(Directory.GetFiles(Checks)[0], "[{");
        Assert.Contains("First time with emoji", View("emoji"), StringComparison.Ordinal);
        Assert.Equal("", View("emoji"));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_no_failure()
    {
        File.WriteAllText(Path.Combine(_folder, "cache"), "a file where the folder should be");
        for (var i = 0; i < 2; i++)
            Assert.Contains("First time with emoji", View("emoji"), StringComparison.Ordinal);
    }

    private string View(string model, params string[] more)
    {
        var result = LiveCamProgram.Run(_folder, ["view", "pattern:dog", "--headless", "--frames", "1", "--model", model, .. more], 120,
            ("XDG_CACHE_HOME", Path.Combine(_folder, "cache")));
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Error;
    }
}
