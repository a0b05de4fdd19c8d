using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LiveCam.Web;

/// <summary><c>/api/stats</c> for people, <c>/metrics</c> for Prometheus, <c>/healthz</c> for whatever restarts servers.</summary>
/// <param name="server">Whose figures.</param>
internal sealed class StatsEndpoint(WebServer server)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public Task GetAsync(HttpContext context)
    {
        var read = server.Queue.Figures.Read();
        return context.Response.WriteAsJsonAsync(new
        {
            uptime = Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 1),
            clients = server.Clients,
            mostClients = server.Settings.MostClients,
            viewers = server.Viewers,
            streams = server.Stream.Viewers,
            explained = read.Explained,
            runs = read.Runs,
            skipped = read.Skipped,
            explainMs = Math.Round(read.ExplainMs, 3),
            waitMs = Math.Round(read.WaitMs, 3),
            waitP95Ms = Math.Round(read.WaitP95Ms, 3),
            sourceExplained = server.Broadcast?.Explained,
            refused = read.Refused,
            memory = Environment.WorkingSet,
        }, Json.Options, context.RequestAborted);
    }

    public Task MetricsAsync(HttpContext context)
    {
        var read = server.Queue.Figures.Read();
        var text = new StringBuilder();
        Add("livecam_clients", "gauge", "Browsers that send pictures", server.Clients);
        Add("livecam_viewers", "gauge", "Browsers and programs that watch the server's source", server.Viewers + server.Stream.Viewers);
        Add("livecam_explained_total", "counter", "Pictures of clients explained", read.Explained);
        Add("livecam_runs_total", "counter", "Runs of the network for them", read.Runs);
        Add("livecam_skipped_total", "counter", "Pictures that made room for newer ones", read.Skipped);
        Add("livecam_explain_seconds_total", "counter", "Time of the explain thread", read.ExplainSeconds);
        Add("livecam_source_explained_total", "counter", "Pictures of the server's source explained", server.Broadcast?.Explained ?? 0);
        Add("livecam_waiting", "gauge", "Clients in line", server.Queue.Waiting);
        Add("process_resident_memory_bytes", "gauge", "Resident memory", Environment.WorkingSet);
        text.Append("# HELP livecam_refused_total Requests, messages and pictures refused\n# TYPE livecam_refused_total counter\n");
        foreach (var (why, count) in read.Refused)
            text.Append(CultureInfo.InvariantCulture, $"livecam_refused_total{{why=\"{why}\"}} {count}\n");
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);

        void Add(string name, string type, string help, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
    }

    public Task HealthAsync(HttpContext context)
    {
        if ((server.Queue.Failure ?? server.Broadcast?.Failure) is null)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        }
        return new Problem(503, "The server is not well", "its explain or render thread has ended", "Start it again; the log says why").WriteAsync(context);
    }
}
