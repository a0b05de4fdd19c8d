using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// Full-screen effects over the pictures, in the order of the parameter effects.chain. An effect is one file in shaders/effects:
/// its annotated uniforms become the parameters "effects.&lt;name&gt;.&lt;uniform&gt;", with no C# to write.
/// </summary>
public sealed class Effects : Behaviour
{
    private readonly List<Effect> _effects = [];
    private readonly List<Effect> _active = [];
    private volatile string _chain = "";
    private string _built = "";
    private int _reloads;
    private Texture _noHeat = null!;

    public override void Awake()
    {
        foreach (var name in Stage.Shaders.EffectNames())
            _effects.Add(new Effect(name, Stage));
        _noHeat = new Texture(Stage.Device, 1, 1, TextureFormat.R32F, linear: false);
        _noHeat.Upload<float>([0f]);
        var names = string.Join('|', _effects.Select(effect => effect.Name));
        var chain = new TextParameter("effects.chain", "", $"names of {names}, in order, by comma", "effects over the picture")
        {
            Check = text => Parse(text),
        };
        chain.Changed += _ => _chain = chain.Value;
        Stage.Parameters.Add(chain);
    }

    public override void Update()
    {
        if (ReferenceEquals(_built, _chain) && _reloads == Stage.Shaders.Reloads)
            return;
        (_built, _reloads) = (_chain, Stage.Shaders.Reloads);
        _active.Clear();
        foreach (var effect in Parse(_built))
            if (effect.TryCompile())
                _active.Add(effect);
    }

    public override void Draw(in Viewport viewport)
    {
        if (viewport.Panes.IsEmpty)
            return;
        foreach (var effect in _active)
            effect.Draw(viewport, Stage.Heat?.Field ?? _noHeat, Stage.Heat?.Region ?? PictureRegion.Whole, (float)Stage.Clock.Now.TotalSeconds);
    }

    public override void OnDestroy()
    {
        _noHeat?.Dispose();
        foreach (var effect in _effects)
            effect.Dispose();
    }

    private List<Effect> Parse(string chain)
    {
        var parsed = new List<Effect>();
        foreach (var name in chain.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            parsed.Add(_effects.Find(effect => effect.Name == name) ?? throw new LiveCamException("Cannot use effect", name,
                "there is no such file in shaders/effects", NearestNames.Suggest(name, _effects.Select(effect => effect.Name), "Put it there, as docs/adding.md says")));
        return parsed;
    }
}
