using System.Buffers.Binary;
using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>What goes over a socket as bytes, little-endian; docs/serve.md has the tables, and web/link.js the reader.</summary>
internal static class AnswerPacket
{
    /// <summary>First byte of a picture from the browser.</summary>
    public const byte Picture = 1;

    /// <summary>First byte of an explanation.</summary>
    public const byte Explained = 2;

    /// <summary>First byte of the news that a picture made room for a newer one.</summary>
    public const byte Skipped = 3;

    /// <summary>Bytes in front of the JPEG of a picture, either way.</summary>
    public const int PictureHeader = 16;

    /// <summary>Heads a picture, JPEG follows: [kind, 3 unused, number u32, time f64].</summary>
    public static void WriteHeader(Span<byte> packet, byte kind, uint number, double time)
    {
        packet[..4].Clear();
        packet[0] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(packet[4..], number);
        BinaryPrimitives.WriteDoubleLittleEndian(packet[8..], time);
    }

    /// <summary>Reads the same.</summary>
    public static (byte Kind, uint Number, double Time) ReadHeader(ReadOnlySpan<byte> packet) =>
        (packet[0], BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]), BinaryPrimitives.ReadDoubleLittleEndian(packet[8..]));

    /// <summary>A picture, JPEG, for a browser.</summary>
    public static byte[] OfPicture(ReadOnlySpan<byte> jpeg, uint number, double time)
    {
        var packet = new byte[PictureHeader + jpeg.Length];
        WriteHeader(packet, Picture, number, time);
        jpeg.CopyTo(packet.AsSpan(PictureHeader));
        return packet;
    }

    /// <summary>The news that a picture is not explained.</summary>
    /// <param name="number">The sender's number of it.</param>
    /// <param name="sentAt">The sender's clock.</param>
    /// <param name="isRefused">Whether it would not be explained either if it were sent again; otherwise it made room for a newer one.</param>
    public static byte[] OfSkipped(uint number, double sentAt, bool isRefused)
    {
        var packet = new byte[PictureHeader];
        WriteHeader(packet, Skipped, number, sentAt);
        packet[1] = (byte)(isRefused ? 1 : 0);
        return packet;
    }

    /// <summary>An explanation as the page needs it: the best classes, and each map as 8 bits of its maximum.</summary>
    /// <param name="explanation">What was found.</param>
    /// <param name="number">The sender's number of the picture.</param>
    /// <param name="sentAt">The sender's clock.</param>
    /// <param name="arrivedAt">When it had arrived, see <see cref="Stopwatch"/>.</param>
    /// <param name="together">Pictures explained in the same run.</param>
    public static byte[] Of(Explanation explanation, uint number, double sentAt, long arrivedAt, int together)
    {
        // A map of another layer, or of a referee, has cells of its own, which a packet does not tell.
        List<SideMap> sides = [.. Enumerable.Range(0, explanation.SideCount).Select(explanation.Side).Where(side => (side.Width, side.Height) == (explanation.MapWidth, explanation.MapHeight))];
        var (cells, maps) = (explanation.MapWidth * explanation.MapHeight, explanation.TargetCount + sides.Count);
        var packet = new byte[48 + 12 * explanation.TopCount + 16 * maps + maps * cells];
        WriteHeader(packet, Explained, number, sentAt);
        (packet[1], packet[2], packet[3]) = ((byte)explanation.TopCount, (byte)explanation.TargetCount, (byte)sides.Count);
        var writer = new Writer(packet) { At = PictureHeader };
        writer.Add((ushort)explanation.MapWidth);
        writer.Add((ushort)explanation.MapHeight);
        writer.Add((float)Stopwatch.GetElapsedTime(arrivedAt).TotalMilliseconds);
        writer.Add((float)(explanation.PreprocessMs + explanation.RunMs + explanation.MapMs));
        writer.Add((ushort)together);
        writer.Add((ushort)(explanation.Exactness.IsExact ? 0 : 1));
        writer.Add(explanation.Region.X);
        writer.Add(explanation.Region.Y);
        writer.Add(explanation.Region.Width);
        writer.Add(explanation.Region.Height);
        foreach (var score in explanation.Top)
        {
            writer.Add((uint)score.Index);
            writer.Add(score.Probability);
            writer.Add(score.Logit);
        }
        for (var i = 0; i < explanation.TargetCount; i++)
        {
            var target = explanation.Targets[i];
            writer.Add((uint)target.Class.Index);
            writer.Add((uint)(target.Against?.Index ?? -1));
            writer.Add(target.Maximum);
            writer.Add((uint)target.State);
        }
        foreach (var side in sides)
        {
            writer.Add(0u);
            writer.Add(uint.MaxValue);
            writer.Add(side.Maximum);
            writer.Add((uint)side.State);
        }
        for (var i = 0; i < explanation.TargetCount; i++)
            writer.Add(explanation.Map(i), explanation.Targets[i].Maximum);
        foreach (var side in sides)
            writer.Add(side.Values, side.Maximum);
        return packet;
    }

    private ref struct Writer(Span<byte> packet)
    {
        private readonly Span<byte> _packet = packet;

        public int At { get; set; }

        public void Add(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_packet[At..], value);
            At += 2;
        }

        public void Add(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_packet[At..], value);
            At += 4;
        }

        public void Add(float value)
        {
            BinaryPrimitives.WriteSingleLittleEndian(_packet[At..], value);
            At += 4;
        }

        public void Add(ReadOnlySpan<float> map, float maximum)
        {
            var scale = maximum > 0 ? 255 / maximum : 0;
            foreach (var value in map)
                _packet[At++] = (byte)Math.Clamp(value * scale + 0.5f, 0, 255);
        }
    }
}
