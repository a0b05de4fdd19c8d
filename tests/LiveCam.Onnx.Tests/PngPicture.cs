using System.Buffers.Binary;
using System.IO.Compression;

namespace LiveCam.Onnx.Tests;

/// <summary>An 8-bit RGB picture from a non-interlaced PNG file (ISO/IEC 15948), [H,W,3].</summary>
internal sealed record PngPicture(int Width, int Height, byte[] Pixels)
{
    private const int Channels = 3;

    public static PngPicture Read(string path)
    {
        var file = File.ReadAllBytes(path);
        using var compressed = new MemoryStream();
        var (width, height) = (0, 0);
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            if (type == "IHDR")
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            if (type == "IHDR" && (data[8] != 8 || data[9] != 2 || data[12] != 0))
                throw new NotSupportedException($"{path} is no plain 8-bit RGB picture.");
            if (type == "IDAT")
                compressed.Write(data);
            at += length + 12;
        }
        compressed.Position = 0;
        using var lines = new ZLibStream(compressed, CompressionMode.Decompress);
        return new PngPicture(width, height, Unfilter(lines, width * Channels, height));
    }

    /// <summary>The network's input [1,3,H,W]: (pixel * scale - mean) / std, channels in the given order.</summary>
    public double[] ToInput(string order, double scale, double[] mean, double[] std)
    {
        var input = new double[Channels * Width * Height];
        for (var c = 0; c < Channels; c++)
            for (var i = 0; i < Width * Height; i++)
                input[c * Width * Height + i] = (Pixels[i * Channels + (order == "BGR" ? Channels - 1 - c : c)] * scale - mean[c]) / std[c];
        return input;
    }

    private static byte[] Unfilter(Stream lines, int stride, int height)
    {
        var (pixels, above) = (new byte[stride * height], new byte[stride]);
        for (var y = 0; y < height; y++)
        {
            var filter = lines.ReadByte();
            var line = pixels.AsSpan(y * stride, stride);
            lines.ReadExactly(line);
            for (var i = 0; i < stride; i++)
            {
                int left = i < Channels ? 0 : line[i - Channels], up = above[i], corner = i < Channels ? 0 : above[i - Channels];
                line[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }
            line.CopyTo(above);
        }
        return pixels;
    }

    private static int Paeth(int a, int b, int c)
    {
        var (pa, pb, pc) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - 2 * c));
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
