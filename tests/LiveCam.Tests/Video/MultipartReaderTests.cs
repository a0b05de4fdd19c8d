using System.Text;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>Multipart streams as real cameras send them: with lengths, without, with wrong ones, in pieces of any size.</summary>
public sealed class MultipartReaderTests
{
    [Theory]
    [InlineData("--b\r\nContent-Length: 5\r\n\r\nfirst\r\n--b\r\nContent-Length: 6\r\n\r\nsecond\r\n--b--\r\n")]
    [InlineData("\r\n--b\r\nContent-Type: image/jpeg\r\n\r\nfirst--b\r\n\r\nsecond--b--\r\n")]
    [InlineData("--b\ncontent-length:5\n\nfirst\n--b\n\nsecond--b--")]
    public void Parts_come_out_whole_however_the_network_cuts_them(string text)
    {
        for (var piece = 1; piece < 30; piece++)
        {
            var reader = new MultipartReader(new Pieces(Encoding.ASCII.GetBytes(text), piece));
            Assert.Equal("first", Next(reader));
            Assert.Equal("second", Next(reader));
            Assert.Null(Next(reader));
        }
    }

    [Fact]
    public void A_wrong_length_costs_at_most_its_own_part()
    {
        var text = "--b\r\nContent-Length: 2\r\n\r\nfirst--b\r\ncontent-length: 6\r\n\r\nsecond--b--\r\n"u8.ToArray();
        for (var piece = 1; piece < 90; piece++)
        {
            var reader = new MultipartReader(new Pieces(text, piece));
            // What has arrived shows that the length is wrong; what has not cannot.
            Assert.Equal(piece > 40 ? "first" : "fi", Next(reader)![..(piece > 40 ? 5 : 2)]);
            Assert.Equal("second", Next(reader));
            Assert.Null(Next(reader));
        }
    }

    [Fact]
    public void A_part_larger_than_the_buffer_arrives_whole()
    {
        var body = new byte[300_000];
        new Random(3).NextBytes(body);
        var stream = Encoding.ASCII.GetBytes($"--b\r\nContent-Length: {body.Length}\r\n\r\n").Concat(body).Concat("\r\n--b--\r\n"u8.ToArray())
            .ToArray();
        Assert.True(new MultipartReader(new Pieces(stream, 1460)).TryRead(out var part));
        Assert.True(part.SequenceEqual(body));
    }

    [Fact]
    public void A_connection_closed_inside_a_part_is_no_end()
    {
        var reader = new MultipartReader(new Pieces("--b\r\nContent-Length: 50\r\n\r\nhalf"u8.ToArray(), 100));
        Assert.Throws<EndOfStreamException>(() => Next(reader));
    }

    [Fact]
    public void What_is_not_multipart_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => Next(new MultipartReader(new Pieces("<html>\n"u8.ToArray(), 100))));
        Assert.Throws<InvalidDataException>(() => Next(new MultipartReader(new Pieces(new byte[20000], 4000))));
    }

    private static string? Next(MultipartReader reader) => reader.TryRead(out var part) ? Encoding.ASCII.GetString(part).TrimEnd('\r', '\n') : null;

    /// <summary>A stream that hands out so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
