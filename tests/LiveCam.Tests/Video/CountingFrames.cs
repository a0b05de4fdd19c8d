using LiveCam.Core;
using LiveCam.Video.Sinks;

namespace LiveCam.Tests.Video;

/// <summary>Pictures that carry their own number, as 4x4 blocks of black and white that survive every codec, on a colour known by the
/// number.</summary>
internal static class CountingFrames
{
    public const int Width = 320;
    public const int Height = 240;
    private const int Block = 32;

    /// <summary>Blue, green, red around the blocks: one of three, in turn.</summary>
    public static (byte B, byte G, byte R) Colour(int index) => (index % 3) switch { 0 => (200, 60, 60), 1 => (60, 200, 60), _ => (60, 60, 200) };

    public static Frame Draw(FramePool pool, int index, int width = Width, int height = Height)
    {
        var frame = pool.Rent(width, height);
        frame.Sequence = index;
        var (b, g, r) = Colour(index);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var pixel = frame.Pixels.Slice(y * frame.Stride + 3 * x, 3);
                var bit = y / Block * 4 + x / Block;
                if (x >= 4 * Block || y >= 4 * Block)
                    (pixel[0], pixel[1], pixel[2]) = (b, g, r);
                else
                    pixel.Fill((index >> bit & 1) != 0 ? (byte)235 : (byte)20);
            }
        return frame;
    }

    /// <summary>The number on the picture; -1 when the colour around it is not the one that belongs to it, by more than a codec does.</summary>
    public static int Read(Frame frame, int tolerance = 22)
    {
        var index = 0;
        for (var bit = 0; bit < 16; bit++)
            if (frame.Pixels[(bit / 4 * Block + Block / 2) * frame.Stride + (bit % 4 * Block + Block / 2) * 3 + 1] > 127)
                index |= 1 << bit;
        var (b, g, r) = Colour(index);
        var pixel = frame.Pixels.Slice((Height - 40) * frame.Stride + 3 * (Width - 40), 3);
        return Math.Abs(pixel[0] - b) <= tolerance && Math.Abs(pixel[1] - g) <= tolerance && Math.Abs(pixel[2] - r) <= tolerance ? index : -1;
    }

    /// <summary>Writes frames 0..count-1 through the sink of <paramref name="path"/> and returns the path.</summary>
    public static string Write(string path, int count, double frameRate = 30, string? audio = null, int width = Width, int height = Height)
    {
        using var pool = new FramePool();
        using var sink = SinkSchemes.Open(path, new SinkOptions { FrameRate = frameRate, AudioPath = audio });
        for (var i = 0; i < count; i++)
            using (var frame = Draw(pool, i, width, height))
                sink.Write(frame);
        sink.Complete();
        Assert.Equal(count, sink.Written);
        return path;
    }

    /// <summary>The numbers on all pictures of a source, until its end.</summary>
    public static List<int> ReadAll(FrameSource source, FramePool pool)
    {
        List<int> indices = [];
        ReadResult result;
        while ((result = source.Read(pool, out var frame)) != ReadResult.End)
            using (frame)
                if (result == ReadResult.Frame)
                    indices.Add(Read(frame!));
        return indices;
    }
}
