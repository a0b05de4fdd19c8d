using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>Pictures from strangers have the pixels that the same files have on this machine.</summary>
public class ReceivedPictureTests
{
    [Theory]
    [InlineData("png", 0)]
    [InlineData("jpg", 2)]
    [InlineData("webp", 2)]
    public void The_pixels_are_those_of_the_file(string extension, int tolerance)
    {
        var path = Path.Combine(Repository.NewFolder(), $"dog.{extension}");
        Setup.Draw("pattern:dog?seed=1&size=321x123", path);
        MustBeAlike(path, File.ReadAllBytes(path), tolerance);
    }

    /// <summary>Megabytes beside the picture are not handed to the decoder; what it needs is.</summary>
    [Fact]
    public void Large_extras_of_a_png_are_left_out()
    {
        var path = Path.Combine(Repository.NewFolder(), "dog.png");
        Setup.Draw("pattern:dog?seed=1&size=64x48", path);
        var png = File.ReadAllBytes(path);
        const int Begin = 8 + 25;
        byte[] Chunk(string type, int length) => [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. System.Text.Encoding.ASCII.GetBytes(type), .. new byte[length], 0, 0, 0, 0];
        byte[] small = [.. png[..Begin], .. Chunk("zzZz", 100), .. png[Begin..]];
        byte[] stuffed = [.. png[..Begin], .. Chunk("zzZz", 5_000_000), .. Chunk("zzZz", 100), .. png[Begin..]];
        Assert.True(PngExtras.Without(small).SequenceEqual(small));
        Assert.True(PngExtras.Without(stuffed).SequenceEqual(small));
        // What is no chain of chunks is the decoder's to refuse.
        Assert.True(PngExtras.Without(stuffed.AsSpan(0, 1000)).SequenceEqual(stuffed.AsSpan(0, 1000)));
        MustBeAlike(path, stuffed, 0);
    }

    /// <summary>Each of the eight ways to hold a camera.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void An_orientation_is_honoured(byte orientation)
    {
        var path = Path.Combine(Repository.NewFolder(), "dog.jpg");
        Setup.Draw("pattern:dog?seed=1&size=64x48", path);
        var jpeg = File.ReadAllBytes(path);
        // An EXIF segment with one entry, the orientation (TIFF tag 0x0112), right behind the start of the file.
        byte[] exif = [0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(path, [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        MustBeAlike(path, File.ReadAllBytes(path), 2);
    }

    [Fact]
    public void A_truncated_or_oversized_picture_is_none()
    {
        var path = Path.Combine(Repository.NewFolder(), "dog.jpg");
        Setup.Draw("pattern:dog?seed=1&size=64x48", path);
        var jpeg = File.ReadAllBytes(path);
        using var pool = new FramePool();
        Assert.Equal(PictureFault.Broken, ReceivedPicture.Decode(jpeg.AsSpan(0, jpeg.Length / 2), 10_000, pool, out _));
        Assert.Equal(PictureFault.TooLarge, ReceivedPicture.Decode(jpeg, 64 * 48 - 1, pool, out _));
        Assert.Equal(PictureFault.Unknown, ReceivedPicture.Decode("GIF89a, they say"u8, 10_000, pool, out _));
        Assert.Equal(0, pool.Outstanding);
    }

    private static void MustBeAlike(string path, byte[] received, int tolerance)
    {
        using var pool = new FramePool();
        using var source = PictureSource.Open(path);
        source.Read(pool, out var file);
        Assert.Equal(PictureFault.None, ReceivedPicture.Decode(received, 1_000_000, pool, out var frame));
        using (file)
        using (frame)
        {
            Assert.Equal((file!.Width, file.Height), (frame!.Width, frame.Height));
            for (var i = 0; i < file.Pixels.Length; i++)
                Assert.InRange(frame.Pixels[i] - file.Pixels[i], -tolerance, tolerance);
        }
    }
}
