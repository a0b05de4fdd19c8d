using LiveCam.Video;

namespace LiveCam.Tests.Video;

public class SlicSuperpixelsTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    public void Parts_are_about_as_many_as_wanted_connected_and_keep_to_the_edge_of_a_thing(int wanted)
    {
        const int width = 120, height = 90;
        var (picture, labels) = (new byte[width * height * 3], new int[width * height]);
        bool Inside(int i) => (i % width - 60) * (i % width - 60) + (i / width - 45) * (i / width - 45) < 900;
        for (var i = 0; i < labels.Length; i++)
            ((byte[])(Inside(i) ? [20, 40, 230] : [200, 180, 60])).CopyTo(picture, 3 * i);
        var parts = new SlicSuperpixels().Split(picture, width, height, wanted, labels);
        Assert.InRange(parts, wanted / 2, 2 * wanted);
        Assert.Equal(Enumerable.Range(0, parts), labels.Distinct().Order());
        Assert.Equal(parts, Pieces(labels, width));
        // Pixels on the smaller side of the edge that a part lies across.
        var across = labels.Index().GroupBy(pixel => pixel.Item).Sum(part => Math.Min(part.Count(p => Inside(p.Index)), part.Count(p => !Inside(p.Index))));
        Assert.InRange(across, 0, labels.Length / 50);
    }

    [Fact]
    public void The_same_picture_is_cut_the_same_way()
    {
        var (picture, first, second) = (new byte[64 * 64 * 3], new int[64 * 64], new int[64 * 64]);
        new Random(1).NextBytes(picture);
        Assert.Equal(new SlicSuperpixels().Split(picture, 64, 64, 30, first), new SlicSuperpixels().Split(picture, 64, 64, 30, second));
        Assert.Equal(first, second);
    }

    /// <summary>How many connected pieces of one label there are, by flooding.</summary>
    private static int Pieces(int[] labels, int width)
    {
        var (seen, pieces) = (new bool[labels.Length], 0);
        for (var start = 0; start < labels.Length; start++)
        {
            if (seen[start])
                continue;
            pieces++;
            var open = new Stack<int>([start]);
            seen[start] = true;
            while (open.TryPop(out var at))
                foreach (var next in Neighbours(at))
                    if (!seen[next] && labels[next] == labels[start])
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
        }
        return pieces;

        IEnumerable<int> Neighbours(int at)
        {
            if (at % width > 0)
                yield return at - 1;
            if (at % width < width - 1)
                yield return at + 1;
            if (at >= width)
                yield return at - width;
            if (at + width < labels.Length)
                yield return at + width;
        }
    }
}
