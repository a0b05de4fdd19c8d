using System.Net;

namespace LiveCam.Web;

/// <summary>How a server is reached, and by whom.</summary>
internal sealed record ServeSettings
{
    /// <summary>Address and port; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Browsers that may send pictures at once.</summary>
    public int MostClients { get; init; } = 16;

    /// <summary>What has to be shown with every request; null where only this machine can ask.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>PEM files of the certificate and its key; null for plain HTTP.</summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>Origins besides the server's own, for one that stands behind another: "https://livecam.example".</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Whether clients may change the source.</summary>
    public bool AllowsSources { get; init; }

    /// <summary>Name or file of the scene that the server's own source is drawn in.</summary>
    public string Scene { get; init; } = "default";
}

/// <summary>What a client may ask of a server at most.</summary>
internal static class ServeLimits
{
    /// <summary>Bytes of a picture on a socket.</summary>
    public const int FrameBytes = 1 << 20;

    /// <summary>Pixels of a picture on a socket; the page sends some of the network's size.</summary>
    public const long FramePixels = 1_100_000;

    /// <summary>Of a picture's buffer that is kept for the next one: larger ones come once.</summary>
    public const long KeptBytes = 16 << 20;

    /// <summary>Bytes of a text on a socket.</summary>
    public const int TextBytes = 4096;

    /// <summary>Bytes of a picture that is posted.</summary>
    public const int PostBytes = 20 << 20;

    /// <summary>Pixels of a picture that is posted.</summary>
    public const long PostPixels = 40_000_000;

    /// <summary>Pictures a second of one client; more are answered unseen.</summary>
    public const int FramesPerSecond = 120;

    /// <summary>Changes of parameters a second of one client; more are refused.</summary>
    public const int ChangesPerSecond = 20;

    /// <summary>Posted pictures that may be on their way here.</summary>
    public const int MostBodies = 32;

    /// <summary>Posted pictures that may wait; more are answered "busy".</summary>
    public const int MostPosts = 8;

    /// <summary>Viewers of the server's source, by any way.</summary>
    public const int MostViewers = 400;

    /// <summary>Sockets of any kind, those that are turned away included.</summary>
    public const int MostSockets = 512;

    /// <summary>Connections of any kind.</summary>
    public const int MostConnections = 1024;

    /// <summary>How long somebody who does not read is waited for.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);
}
