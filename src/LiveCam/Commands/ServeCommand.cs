using System.CommandLine;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Video.Sources;
using LiveCam.Web;

namespace LiveCam.Commands;

/// <summary><c>livecam serve</c>: LiveCam in a browser.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("serve", "Explain any browser's webcam here, and show the maps there",
            "", "--source 0 --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem", "--source clip.mp4 --class top2 --model net.onnx");
        var listen = new Option<string>("--listen") { Description = "Address and port; other than this machine's own they demand a token", DefaultValueFactory = _ => "127.0.0.1:8080" };
        var source = new Option<string?>("--source") { Description = "Also show this source, a camera or file here, to everybody: see 'livecam view --help'" };
        var clients = new Option<int>("--max-clients") { Description = "Browsers whose pictures are explained at once; more are told to wait", DefaultValueFactory = _ => 16 };
        var token = new Option<string?>("--token-file") { Description = "File whose first line is the token, in place of a random one" };
        var certificate = new Option<string?>("--tls-cert") { Description = "Certificate (PEM): browsers give their camera to https or to this machine only" };
        var key = new Option<string?>("--tls-key") { Description = "Its key (PEM)" };
        var origins = new Option<string[]>("--allow-origin") { Description = "Origin besides the server's own, for one behind another: https://livecam.example (repeatable)", DefaultValueFactory = _ => [] };
        var sources = new Option<bool>("--allow-sources") { Description = "Clients may change the source: they can then see this machine's files and cameras" };
        var scene = new Option<string>("--scene") { Description = "Scene of /stream.mjpg and of drawn pictures", DefaultValueFactory = _ => "default" };
        foreach (var option in new Option[] { listen, source, clients, token, certificate, key, origins, sources, scene })
            command.Add(option);
        var explain = new ExplainOptions(command);
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(certificate) is null != parsed.GetValue(key) is null)
                throw new LiveCamException("Cannot serve with", "--tls-cert and --tls-key", "one of them is missing", "Give both");
            var endpoint = ParseEndpoint(parsed.GetValue(listen)!);
            var settings = new ServeSettings
            {
                Listen = endpoint,
                MostClients = parsed.GetValue(clients) is > 0 and <= 500 and var most ? most
                    : throw new LiveCamException("Cannot serve", $"--max-clients {parsed.GetValue(clients)}", "it must be 1 to 500", "Leave it out for 16"),
                Token = parsed.GetValue(token) is { } file ? AccessToken.FromFile(file) : IPAddress.IsLoopback(endpoint.Address) ? null : AccessToken.Random(),
                Tls = parsed.GetValue(certificate) is { } pem ? (pem, parsed.GetValue(key)!) : null,
                Origins = [.. parsed.GetValue(origins)!.Select(ParseOrigin)],
                AllowsSources = parsed.GetValue(sources),
                Scene = parsed.GetValue(scene)!,
            };
            return RunAsync(parsed, settings, explain, parsed.GetValue(source));
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ServeSettings settings, ExplainOptions explain, string? source)
    {
        using var stop = new StopSignal();
        using var setup = explain.Open(parsed);
        FirstMeeting.With(setup);
        var opened = source is null ? null : SourceSchemes.Open(source, new SourceOptions { Loop = true, Cancellation = stop.Token });
        await using var server = new WebServer(settings, setup, opened);
        await server.StartAsync();
        Say(server, settings);
        var ended = new TaskCompletionSource();
        await using (stop.Token.Register(ended.SetResult))
            await ended.Task;
        Console.WriteLine($"Explained {server.Queue.Figures.Explained} pictures of visitors{(server.Broadcast is { } shown ? $" and {shown.Explained} of the source" : "")}");
        return (int)ExitCode.Done;
    }

    private static void Say(WebServer server, ServeSettings settings)
    {
        var links = LinksOf(new Uri(server.Address), settings.Listen.Address).Select(link => $"{link}/{(settings.Token is { } token ? $"?{Access.TokenName}={token.Text}" : "")}").ToList();
        Console.WriteLine($"LiveCam is at {links[0]}");
        foreach (var link in links.Skip(1))
            Console.WriteLine($"           or {link}");
        if (settings.Tls is null && !IPAddress.IsLoopback(settings.Listen.Address))
            Console.Error.WriteLine("Browsers elsewhere give their camera to https only, and the token can be read on the way: add --tls-cert and --tls-key.");
    }

    /// <summary>How others reach a server that listens to all of the machine's addresses: by its name, and, as not every network knows that, by each of the addresses. The first is for this machine itself: browsers give their camera to that without https, too.</summary>
    internal static IReadOnlyList<string> LinksOf(Uri address, IPAddress listen)
    {
        if (!listen.Equals(IPAddress.Any) && !listen.Equals(IPAddress.IPv6Any))
            return [address.GetLeftPart(UriPartial.Authority)];
        var own = NetworkInterface.GetAllNetworkInterfaces().Where(each => each.OperationalStatus == OperationalStatus.Up && each.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(each => each.GetIPProperties().UnicastAddresses).Select(each => each.Address).Where(each => each.AddressFamily == AddressFamily.InterNetwork);
        return [.. own.Select(each => each.ToString()).Prepend(Dns.GetHostName()).Prepend("localhost").Select(host => $"{address.Scheme}://{host}:{address.Port}")];
    }

    /// <summary>Reads "127.0.0.1:8080", "localhost:8080", "[::1]:8080", ":8080" or "8080". Throws <see cref="LiveCamException"/> for anything else.</summary>
    internal static IPEndPoint ParseEndpoint(string text)
    {
        var at = text.LastIndexOf(':');
        var (host, port) = at < 0 ? ("127.0.0.1", text) : (text[..at].Trim('[', ']'), text[(at + 1)..]);
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "" or "*" => IPAddress.Any,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : null,
        };
        return address is not null && ushort.TryParse(port, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? new IPEndPoint(address, number)
            : throw new LiveCamException("Cannot listen on", text, "it is not an address of this machine and a port", "Write for example --listen 127.0.0.1:8080, or 0.0.0.0:8443 for everybody");
    }

    private static string ParseOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.AbsolutePath == "/" ? uri.GetLeftPart(UriPartial.Authority)
            : throw new LiveCamException("Cannot allow the origin", text, "it is not scheme, host and port", "Write for example --allow-origin https://livecam.example");
}
