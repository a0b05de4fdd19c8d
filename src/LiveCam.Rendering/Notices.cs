namespace LiveCam.Rendering;

/// <summary>
/// What is wrong right now: a shader that does not compile, a behaviour that threw. Named on screen as long as it lasts and told
/// once to the listener (the program's standard error). Used by the render thread.
/// </summary>
public sealed class Notices(Action<string> report)
{
    private readonly List<(string Key, string Text)> _standing = [];

    /// <summary>The standing notices, oldest first.</summary>
    public IReadOnlyList<(string Key, string Text)> Standing => _standing;

    /// <summary>Says <paramref name="text"/> about <paramref name="key"/>, replacing what was said about it before.</summary>
    public void Raise(string key, string text)
    {
        if (_standing.Contains((key, text)))
            return;
        Withdraw(key);
        // One broken include is the trouble of every program that uses it: told once.
        var isNews = !_standing.Exists(notice => notice.Text == text);
        _standing.Add((key, text));
        if (isNews)
            report(text);
    }

    /// <summary>It is all right again.</summary>
    public void Withdraw(string key) => _standing.RemoveAll(notice => notice.Key == key);
}
