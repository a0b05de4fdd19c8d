using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LiveCam.Web;

/// <summary><c>/stream.mjpg</c> and <c>/snapshot.jpg</c>: the server's source with its heatmap, for OBS, VLC and other programs.</summary>
/// <param name="broadcast">The source, or null where there is none.</param>
/// <param name="figures">Counts what is refused.</param>
internal sealed class StreamEndpoint(Broadcast? broadcast, ServeFigures figures)
{
    private const string Boundary = "livecam";

    private int _viewers;

    /// <summary>Programs that watch.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Motion JPEG until the program leaves. Who reads slowly gets fewer pictures; who does not read at all is let go.</summary>
    public async Task StreamAsync(HttpContext context)
    {
        if (WhyNot() is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }
        Interlocked.Increment(ref _viewers);
        try
        {
            // The server's own measure of slowness counts bytes a second; a source that stands still sends few.
            if (context.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } rate)
                rate.MinDataRate = null;
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
            using var seat = broadcast!.Stream.Join();
            broadcast.Welcome();
            await foreach (var jpeg in seat.Newest.ReadAllAsync(context.RequestAborted))
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                patience.CancelAfter(ServeLimits.Patience);
                var head = string.Create(CultureInfo.InvariantCulture, $"--{Boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.Length}\r\n\r\n");
                await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(head), patience.Token);
                await context.Response.Body.WriteAsync(jpeg, patience.Token);
                await context.Response.Body.WriteAsync("\r\n"u8.ToArray(), patience.Token);
                await context.Response.Body.FlushAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The program is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    /// <summary>The newest picture.</summary>
    public async Task SnapshotAsync(HttpContext context)
    {
        if (WhyNot() is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }
        using var seat = broadcast!.Stream.Join();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(ServeLimits.Patience);
        broadcast.Welcome();
        try
        {
            // What was drawn last may be old: nothing is drawn while nobody watches.
            if (broadcast.Stream.Count == 1)
                seat.Newest.TryRead(out _);
            var jpeg = await seat.Newest.ReadAsync(patience.Token);
            context.Response.ContentType = "image/jpeg";
            await context.Response.Body.WriteAsync(jpeg, context.RequestAborted);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await new Problem(504, "Cannot take a snapshot", broadcast.Status.Length > 0 ? broadcast.Status : "no picture came", "Check the source").WriteAsync(context);
        }
    }

    private Problem? WhyNot()
    {
        if (broadcast is null)
            return new Problem(404, "Cannot show the server's source", "the server was started without one", "Start it with --source, for example --source 0");
        if (broadcast.CannotDraw is { } e)
            return Problem.Of(e, 503);
        if (Viewers < ServeLimits.MostViewers)
            return null;
        figures.AddRefused("busy");
        return Problem.Busy($"{ServeLimits.MostViewers} programs are watching", 30);
    }
}
