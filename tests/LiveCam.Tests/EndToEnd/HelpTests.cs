using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

public class HelpTests
{
    public static TheoryData<string> Commands =>
        ["demo", "view", "render", "recover", "annotate", "explain", "fame", "synthesise", "evaluate", "sanity", "bench", "inspect", "prepare", "models", "doctor", "parameters", "cards"];

    [Theory]
    [MemberData(nameof(Commands))]
    [InlineData("models list")]
    [InlineData("models pull")]
    [InlineData("models add")]
    public void Help_of_every_command_ends_with_examples(string command)
    {
        var result = LiveCamProgram.Run(Repository.Root, [.. command.Split(' '), "--help"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var examples = result.Output[result.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains($"  livecam {command}", examples, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_alone_lists_every_command()
    {
        var result = LiveCamProgram.Run(Repository.Root);
        Assert.Equal(0, result.ExitCode);
        Assert.All(Commands, row => Assert.Contains($"\n  {row.Data}", result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Doctor_tells_what_was_found()
    {
        var result = LiveCamProgram.Run(Repository.Root, "doctor", "--model", "emoji-fc");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("65 classes, input 1x3x128x128, target layer features, pooled linear head, closed form, exact", result.Output, StringComparison.Ordinal);
        Assert.Contains("OpenGL, headless", result.Output, StringComparison.Ordinal);
        Assert.Contains("layers, from input to logits:", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A system where a library that OpenCV is linked to cannot be loaded: the name of GTK, found first, is no library.</summary>
    [Theory]
    [InlineData("doctor", 0)]
    [InlineData("explain good.png", 1)]
    public void A_library_that_is_missing_is_named(string command, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries of other systems have other names");
        var folder = Repository.NewFolder();
        File.WriteAllText(Path.Combine(folder, "libgtk-3.so.0"), "not a library");
        File.WriteAllText(Path.Combine(folder, "good.png"), "never read");
        var result = LiveCamProgram.Run(folder, command.Split(' '), environment: ("LD_LIBRARY_PATH", folder));
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains("libgtk-3.so.0: file too short", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cards_are_a_document_of_eleven_pages()
    {
        var path = Path.Combine(Repository.NewFolder(), "cards.pdf");
        Assert.Equal(0, LiveCamProgram.Run(Repository.Root, "cards", "--out", path).ExitCode);
        var text = File.ReadAllText(path, System.Text.Encoding.Latin1);
        Assert.StartsWith("%PDF-", text, StringComparison.Ordinal);
        Assert.Contains("/Count 11", text, StringComparison.Ordinal);
    }
}
