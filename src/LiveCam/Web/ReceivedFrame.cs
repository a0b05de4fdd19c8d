using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>A picture from outside that waits to be explained. Owns its frame.</summary>
/// <param name="frame">Its pixels.</param>
/// <param name="number">The sender's number of it, to be given back with the answer.</param>
/// <param name="sentAt">The sender's clock when it was taken, in milliseconds; given back too.</param>
internal sealed class ReceivedFrame(Frame frame, uint number, double sentAt) : IDisposable
{
    public Frame Frame { get; } = frame;

    public uint Number { get; } = number;

    public double SentAt { get; } = sentAt;

    /// <summary><see cref="Stopwatch.GetTimestamp"/> when it had been decoded.</summary>
    public long ArrivedAt { get; } = Stopwatch.GetTimestamp();

    public void Dispose() => Frame.Dispose();
}
