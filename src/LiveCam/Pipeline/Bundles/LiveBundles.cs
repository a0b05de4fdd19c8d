using LiveCam.Core;

namespace LiveCam.Pipeline.Bundles;

/// <summary>Writes bundles while a live run goes on: each by a task of its own, one at a time. Used by the render thread, which is told when one is done.</summary>
/// <param name="setup">The run's.</param>
/// <param name="say">Shows a line for a moment.</param>
internal sealed class LiveBundles(ExplainSetup setup, Action<string> say) : IDisposable
{
    private Task<string>? _writing;

    /// <summary>Begins a bundle of a frame as the run is set now.</summary>
    /// <param name="folder">A new one.</param>
    /// <param name="scene">The scene that is drawn.</param>
    /// <param name="frame">The frame that was explained; held until it is written.</param>
    /// <param name="drawn">The picture as it was drawn, owned from now on.</param>
    public void Begin(string folder, string scene, Frame frame, Frame drawn)
    {
        if (_writing is not null)
        {
            drawn.Dispose();
            say("a bundle is being written");
            return;
        }
        var (network, settings, held) = (setup.Network, BundleSettings.Of(setup, scene), frame.Share());
        say($"writing the bundle {folder}");
        _writing = Task.Run(() =>
        {
            using (held)
            using (drawn)
                return Written(() => Bundle.Write(folder, network, settings, held, drawn), folder);
        });
    }

    /// <summary>Says how the bundle went, once it is done.</summary>
    public void Follow()
    {
        if (_writing is not { IsCompleted: true } done)
            return;
        _writing = null;
        say(done.Result);
    }

    /// <summary>Waits for the bundle that is being written.</summary>
    public void Dispose() => _writing?.Wait();

    private static string Written(Action write, string folder)
    {
        try
        {
            write();
            return $"saved the bundle {folder}";
        }
        catch (LiveCamException e)
        {
            return e.Message;
        }
        catch (Exception e)
        {
            // The view goes on without its bundle, whatever it was.
            return $"Cannot write the bundle '{folder}': {e.GetType().Name}: {e.Message}";
        }
    }
}
