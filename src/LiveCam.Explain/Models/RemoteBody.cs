namespace LiveCam.Explain.Models;

/// <summary>The bytes of a file from <paramref name="Start"/> on.</summary>
/// <param name="Bytes">The bytes; read them with <see cref="Read"/>.</param>
/// <param name="Start">Where they begin in the file.</param>
/// <param name="Length">Bytes of the whole file; null when the server does not tell.</param>
/// <param name="Patience">How long to wait for the next byte.</param>
internal sealed record RemoteBody(Stream Bytes, long Start, long? Length, TimeSpan Patience) : IDisposable
{
    /// <summary>Reads what has come, at least a byte; 0 at the end.</summary>
    public Task<int> Read(Memory<byte> into, CancellationToken stop) => Patience.For(token => Bytes.ReadAsync(into, token).AsTask(), stop);

    public void Dispose() => Bytes.Dispose();
}
