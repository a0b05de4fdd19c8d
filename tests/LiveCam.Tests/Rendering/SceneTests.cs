using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class SceneTests
{
    [Fact]
    public void A_behaviour_that_throws_is_switched_off_and_named_and_the_rest_run_on()
    {
        var steps = new List<string>();
        List<Behaviour> behaviours = [new Recorder("first", steps), new Recorder("faulty", steps, throwInUpdate: 2), new CameraPicture()];
        using (var studio = new Studio(new SceneFile(behaviours, [], [], Layout.Single), Repository.PathOf("shaders")))
        {
            using var picture = studio.Plain(20, 20);
            for (var i = 0; i < 3; i++)
                using (var drawn = studio.Render(picture, null, 20, 20))
                    Assert.Equal((100, 150, 200), Studio.At(drawn, 10, 10));
            Assert.Equal(["faulty is off: InvalidOperationException: out of luck"], studio.Reports);
            Assert.Equal("faulty is off: InvalidOperationException: out of luck", Assert.Single(studio.Renderer.Notices.Standing).Text);
        }
        Assert.Equal(
            [
                "first Awake", "faulty Awake",
                "first Update", "faulty Update", "first LateUpdate", "faulty LateUpdate", "first Draw", "faulty Draw",
                "first Update", "faulty Update", "first LateUpdate", "first Draw",
                "first Update", "first LateUpdate", "first Draw",
                "faulty OnDestroy", "first OnDestroy",
            ], steps);
    }

    [Fact]
    public void A_scene_file_sets_the_parameters_of_its_behaviours()
    {
        using var studio = new Studio("spotlight");
        Assert.Equal("spotlight", studio.Parameters["heatmap.view"].Text);
        Assert.Equal("0.3", studio.Parameters["heatmap.smoothing"].Text);
        Assert.Equal("vignette", studio.Parameters["effects.chain"].Text);
    }

    [Fact]
    public void Every_scene_shipped_draws()
    {
        foreach (var path in Directory.EnumerateFiles(Repository.PathOf("scenes"), "*.json"))
        {
            using var studio = new Studio(path);
            using var picture = studio.Plain(320, 180);
            using var explanation = studio.Explain(picture, 2, 7, 7, (_, x, _) => x / 7f);
            studio.Render(picture, explanation, 320, 180).Dispose();
            Assert.Empty(studio.Reports);
        }
    }

    [Theory]
    [InlineData("{ \"behaviours\": [ { \"behaviour\": \"heatmpa\" } ] }", "'heatmpa'", "'heatmap'")]
    [InlineData("{ \"behaviours\": [\n oops ] }", "line 2 is not JSON", "scenes/default.json")]
    [InlineData("{ }", "no list", "scenes/default.json")]
    [InlineData("{ \"behaviours\": [ { } ] }", "entry 1", "scenes/default.json")]
    public void A_wrong_scene_file_says_what_is_wrong(string json, string why, string fix)
    {
        var path = Path.Combine(Repository.NewFolder(), "scene.json");
        File.WriteAllText(path, json);
        var error = Assert.Throws<LiveCamException>(() => SceneFile.Load(path));
        Assert.Equal(path, error.On);
        Assert.Contains(why, error.Why, StringComparison.Ordinal);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_scene_is_answered_with_the_nearest_name()
    {
        var error = Assert.Throws<LiveCamException>(() => SceneFile.Find("spotligth"));
        Assert.Contains("Did you mean 'spotlight'", error.Fix, StringComparison.Ordinal);
    }

    private sealed class Recorder : Behaviour
    {
        private readonly List<string> _steps;
        private readonly int _throwInUpdate;
        private int _updates;

        public Recorder(string name, List<string> steps, int throwInUpdate = 0)
        {
            Name = name;
            (_steps, _throwInUpdate) = (steps, throwInUpdate);
        }

        public override void Awake() => _steps.Add($"{Name} Awake");

        public override void Update()
        {
            _steps.Add($"{Name} Update");
            if (++_updates == _throwInUpdate)
                throw new InvalidOperationException("out of luck");
        }

        public override void LateUpdate() => _steps.Add($"{Name} LateUpdate");

        public override void Draw(in Viewport viewport) => _steps.Add($"{Name} Draw");

        public override void OnDestroy() => _steps.Add($"{Name} OnDestroy");
    }
}
