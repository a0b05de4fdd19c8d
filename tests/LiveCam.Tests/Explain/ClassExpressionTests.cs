using LiveCam.Core;
using LiveCam.Explain;

namespace LiveCam.Tests.Explain;

public class ClassExpressionTests
{
    private static readonly string[] Labels = ["dog", "cat", "tabby, tabby cat", "man-eater, shark", "French fries", "wolf"];

    [Fact]
    public void A_class_is_not_set_against_itself() =>
        Assert.Contains("a class is set against itself", Assert.Throws<LiveCamException>(() => Parse($"{Labels[0]}-{Labels[0]}")).Message, StringComparison.Ordinal);

    private static ClassChoice[] Parse(string text) => [.. ClassExpression.Parse(text, Labels, Labels.Length)];

    [Fact]
    public void Reads_ranks_names_indices_and_contrasts()
    {
        Assert.Equal([new ClassChoice(-1)], Parse("top"));
        Assert.Equal([new ClassChoice(-1), new ClassChoice(-2), new ClassChoice(-3)], Parse("top3"));
        Assert.Equal([new ClassChoice(0), new ClassChoice(1)], Parse("dog, cat"));
        Assert.Equal([new ClassChoice(4)], Parse("french FRIES"));
        Assert.Equal([new ClassChoice(5)], Parse("5"));
        Assert.Equal([new ClassChoice(0, 5)], Parse("dog-wolf"));
        Assert.Equal([new ClassChoice(-1, -2)], Parse("top-top2"));
    }

    [Fact]
    public void Understands_labels_with_commas_and_hyphens()
    {
        Assert.Equal([new ClassChoice(2)], Parse("tabby, tabby cat"));
        Assert.Equal([new ClassChoice(2)], Parse("tabby"));
        Assert.Equal([new ClassChoice(3)], Parse("man-eater"));
        Assert.Equal([new ClassChoice(0, 3)], Parse("dog-man-eater"));
    }

    [Theory]
    [InlineData("dgo", "'dog'")]
    [InlineData("6", "the classes are 0 to 5")]
    [InlineData("", "it names no class")]
    [InlineData("0,1,2,3,4,5", "at most 5")]
    public void Refuses_the_rest_and_says_what_is_near(string text, string part) =>
        Assert.Contains(part, Assert.Throws<LiveCamException>(() => Parse(text)).Message);
}
