using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// All shaders in use, loaded from a folder that is watched: a saved file is compiled again at the start of a frame. When that
/// fails, the last good program goes on and the error stands on the screen until it is corrected. Used by the render thread.
/// </summary>
public sealed class ShaderLibrary : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(80);

    private readonly GraphicsDevice _device;
    private readonly Notices _notices;
    private readonly Dictionary<(string File, string Variant), Shader> _shaders = [];
    private readonly FileSystemWatcher? _watcher;
    private long _changedAt;

    public ShaderLibrary(GraphicsDevice device, string folder, Notices notices)
    {
        (_device, _notices, Folder) = (device, notices, folder);
        _watcher = Watch(folder);
    }

    /// <summary>How often shaders were compiled again.</summary>
    public int Reloads { get; private set; }

    /// <summary>Where the shaders are.</summary>
    public string Folder { get; }

    /// <summary>The shader in <paramref name="file"/>, compiled with the macro <paramref name="variant"/> defined. Throws
    /// <see cref="LiveCamException"/> naming file and line.</summary>
    public Shader Load(string file, string variant = "")
    {
        if (!_shaders.TryGetValue((file, variant), out var shader))
        {
            shader = new Shader(file, variant, Compile(file, variant));
            _shaders.Add((file, variant), shader);
        }
        return shader;
    }

    /// <summary>Names of the effects: the files of shaders/effects without their ending, in order.</summary>
    public IReadOnlyList<string> EffectNames() => Directory.Exists(Path.Combine(Folder, "effects"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Folder, "effects"), "*.frag")
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).OfType<string>()]
        : [];

    /// <summary>Compiles again when a file has changed; an editor may save in several steps, so a moment of quiet is waited for.</summary>
    public void Refresh()
    {
        var changed = Interlocked.Read(ref _changedAt);
        if (changed == 0 || Stopwatch.GetElapsedTime(changed) < Settle)
            return;
        Interlocked.CompareExchange(ref _changedAt, 0, changed);
        Reload();
    }

    /// <summary>Compiles everything again, keeping the last good program of what fails.</summary>
    public void Reload()
    {
        Reloads++;
        foreach (var shader in _shaders.Values)
        {
            try
            {
                shader.Replace(Compile(shader.File, shader.Variant));
                _notices.Withdraw(Notice(shader));
            }
            catch (LiveCamException e)
            {
                _notices.Raise(Notice(shader), $"{e.On}: {e.Why}");
            }
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        foreach (var shader in _shaders.Values)
            shader.Program.Dispose();
    }

    private static string Notice(Shader shader) => $"shader {shader.File} {shader.Variant}";

    private ShaderProgram Compile(string file, string variant) =>
        ShaderProgram.Compile(_device, ShaderSource.Read(Folder, "fullscreen.vert", ""), ShaderSource.Read(Folder, file, variant));

    // Without a watcher (the system's limit may be reached) shaders are as they were at the start, and nothing else is lost.
    private FileSystemWatcher? Watch(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
            watcher.Changed += (_, _) => OnChanged();
            watcher.Created += (_, _) => OnChanged();
            watcher.Renamed += (_, _) => OnChanged();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void OnChanged() => Interlocked.Exchange(ref _changedAt, Stopwatch.GetTimestamp());
}
