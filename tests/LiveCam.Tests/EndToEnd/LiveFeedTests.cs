using LiveCam.Pipeline;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Pausing and stepping, on the feed's own threads.</summary>
public class LiveFeedTests
{
    [Theory]
    [InlineData("pattern:?size=160x120&fps=60")]
    [InlineData("pattern:?size=160x120&fps=60&live=1")]
    public void A_paused_feed_explains_the_picture_it_shows(string source)
    {
        using var setup = Setup.Open();
        var feed = new LiveFeed(SourceSchemes.Open(source, new SourceOptions()), setup.CreateLaboratory(isLive: true));
        using (feed)
        {
            feed.Start();
            while (feed.Shown < 5)
                feed.TakePicture();
            feed.TogglePause();
            for (var step = 0; step < 4; step++)
            {
                AssertExplainsItsPicture(feed);
                var (shown, sequence) = (feed.Shown, feed.Picture!.Sequence);
                feed.StepPicture();
                while (!feed.TakePicture())
                {
                }
                Assert.Equal(shown + 1, feed.Shown);
                Assert.True(feed.Source.IsLive ? feed.Picture!.Sequence > sequence : feed.Picture!.Sequence == sequence + 1);
            }
            setup.Explain.Method.Parse("gradcam");
            feed.ExplainAgain();
            while (feed.Explanation?.Method != "Grad-CAM")
                feed.TakeExplanation();
            AssertExplainsItsPicture(feed);
        }
        Assert.Equal(0, feed.Pool.Outstanding);
    }

    private static void AssertExplainsItsPicture(LiveFeed feed)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(20);
        while (feed.Explanation?.Frame?.Sequence != feed.Picture!.Sequence && DateTimeOffset.UtcNow < deadline)
        {
            Assert.False(feed.TakePicture());
            feed.TakeExplanation();
        }
        Assert.Equal(feed.Picture.Sequence, feed.Explanation!.Frame!.Sequence);
    }
}
