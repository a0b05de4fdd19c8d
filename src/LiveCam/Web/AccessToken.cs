using System.Security.Cryptography;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>The secret by which a server that others can reach knows its friends. Compared in constant time; never written to a log.</summary>
internal sealed class AccessToken
{
    /// <summary>Shorter ones can be guessed.</summary>
    private const int Shortest = 16;

    private readonly byte[] _hash;

    private AccessToken(string text) => (Text, _hash) = (text, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The token itself, for the link that is printed once.</summary>
    public string Text { get; }

    /// <summary>256 random bits.</summary>
    public static AccessToken Random() => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_'));

    /// <summary>The first line of a file. Throws <see cref="LiveCamException"/> when there is none, or it is too short.</summary>
    public static AccessToken FromFile(string path)
    {
        string text;
        try
        {
            text = File.ReadLines(path).FirstOrDefault("").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiveCamException("Cannot read the token", path, e.Message.TrimEnd('.'), "Name a file whose first line is the token", inner: e);
        }
        return text.Length >= Shortest && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
            ? new AccessToken(text)
            : throw new LiveCamException("Cannot use the token", path, $"its first line must be at least {Shortest} letters, digits, '-', '_', '.' or '~'",
                "Make one with: openssl rand -hex 32");
    }

    /// <summary>Whether that is the token. Takes the same time whatever is shown.</summary>
    public bool IsShown(string? shown) => shown is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), _hash);
}
