using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// The ordered list of behaviours and their lifecycle: Awake once; each frame every Update, then every LateUpdate, then Draw for
/// each target; OnDestroy at the end. A behaviour that throws is switched off and named on screen. Used by the render thread.
/// </summary>
public sealed class Scene : IDisposable
{
    private readonly List<Behaviour> _behaviours;
    private readonly Stage _stage;

    /// <summary>Wakes <paramref name="behaviours"/> up, in order, then sets parameters ("heatmap.view=side"). What a user's scene file or effect
    /// got wrong
    /// is thrown as <see cref="LiveCamException"/>.</summary>
    public Scene(Stage stage, IEnumerable<Behaviour> behaviours, IEnumerable<string> assignments)
    {
        (_stage, _behaviours) = (stage, [.. behaviours]);
        foreach (var behaviour in _behaviours)
        {
            behaviour.Stage = stage;
            Awake(behaviour);
        }
        foreach (var assignment in assignments)
            stage.Parameters.Apply(assignment);
    }

    public IReadOnlyList<Behaviour> Behaviours => _behaviours;

    /// <summary>Moves everything on by one frame.</summary>
    public void Update()
    {
        _stage.Labels.Clear();
        _stage.Arrangement.Begin();
        foreach (var behaviour in _behaviours)
            Run(behaviour, static b => b.Update());
        _stage.Arrangement.End();
        foreach (var behaviour in _behaviours)
            Run(behaviour, static b => b.LateUpdate());
    }

    public void Draw(in Viewport viewport)
    {
        foreach (var behaviour in _behaviours)
        {
            if (!behaviour.IsEnabled)
                continue;
            try
            {
                behaviour.Draw(viewport);
            }
            catch (Exception e)
            {
                Disable(behaviour, e);
            }
        }
    }

    public void OnInput(InputEvent input)
    {
        foreach (var behaviour in _behaviours)
        {
            if (!behaviour.IsEnabled)
                continue;
            try
            {
                behaviour.OnInput(input);
            }
            catch (Exception e)
            {
                Disable(behaviour, e);
            }
        }
    }

    public void Dispose()
    {
        for (var i = _behaviours.Count - 1; i >= 0; i--)
            Run(_behaviours[i], static b => b.Dispose(), evenDisabled: true);
    }

    // What the user got wrong in a shader or a parameter ends the start with its message; anything else costs one behaviour.
    private void Awake(Behaviour behaviour)
    {
        try
        {
            behaviour.Awake();
        }
        catch (Exception e) when (e is not LiveCamException)
        {
            Disable(behaviour, e);
        }
    }

    private void Run(Behaviour behaviour, Action<Behaviour> step, bool evenDisabled = false)
    {
        if (!behaviour.IsEnabled && !evenDisabled)
            return;
        try
        {
            step(behaviour);
        }
        catch (Exception e)
        {
            Disable(behaviour, e);
        }
    }

    private void Disable(Behaviour behaviour, Exception e)
    {
        behaviour.IsEnabled = false;
        _stage.Notices.Raise($"behaviour {behaviour.Name}",
            $"{behaviour.Name} is off: {(e is LiveCamException ? "" : e.GetType().Name + ": ")}{e.Message}");
    }
}
