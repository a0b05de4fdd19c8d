using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class EffectsTests
{
    [Fact]
    public void Annotated_uniforms_become_parameters()
    {
        using var studio = new Studio();
        var amount = Assert.IsType<NumberParameter>(studio.Parameters["effects.vignette.amount"]);
        Assert.Equal((0.45, 0, 1), (amount.Value, amount.Minimum, amount.Maximum));
        Assert.Equal("how dark the corners get", amount.Doc);
        Assert.Equal(1, Assert.IsType<NumberParameter>(studio.Parameters["effects.focus.block"]).StepSize);
    }

    [Fact]
    public void Vignette_darkens_the_corner_by_its_amount_and_not_the_middle()
    {
        using var studio = new Studio("default", "hud.visible=off", "effects.chain=vignette",
            "effects.vignette.amount=1", "effects.vignette.radius=0.5");
        using var picture = studio.Plain(200, 200);
        using var drawn = studio.Render(picture, null, 200, 200);
        Studio.AssertNear((100, 150, 200), Studio.At(drawn, 100, 100), tolerance: 0);
        Studio.AssertNear((0, 0, 0), Studio.At(drawn, 0, 0));
        Studio.AssertNear((0, 0, 0), Studio.At(drawn, 199, 0));
    }

    [Fact]
    public void Focus_is_sharp_where_it_is_hot_and_coarse_where_it_is_cold()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=0", "effects.chain=focus", "effects.focus.block=10");
        using var picture = studio.Picture(200, 100, (x, y) => ((byte)x, (byte)y, 0));
        using var explanation = studio.Explain(picture, 1, 14, 7, (_, x, _) => x < 7 ? 1 : 0);
        using var drawn = studio.Render(picture, explanation, 200, 100);
        Studio.AssertNear((43, 21, 0), Studio.At(drawn, 43, 21), tolerance: 1);
        Studio.AssertNear((165, 25, 0), Studio.At(drawn, 163, 21), tolerance: 1);
        Assert.Equal(Studio.At(drawn, 161, 22), Studio.At(drawn, 168, 28));
    }

    [Fact]
    public void Edges_light_up_at_a_step_and_nowhere_else()
    {
        using var studio = new Studio("default", "hud.visible=off", "effects.chain=edges", "effects.edges.dim=0", "effects.edges.strength=1");
        using var picture = studio.Picture(100, 60, (x, _) => x < 50 ? ((byte)40, (byte)40, (byte)40) : ((byte)200, (byte)200, (byte)200));
        using var drawn = studio.Render(picture, null, 100, 60);
        // Sobel's weights sum to 4 across the step, a quarter of which is taken.
        Studio.AssertNear((160, 160, 160), Studio.At(drawn, 50, 30));
        Studio.AssertNear((0, 0, 0), Studio.At(drawn, 25, 30));
    }

    [Fact]
    public void Effects_follow_one_another_in_the_order_given()
    {
        using var studio = new Studio("default", "hud.visible=off", "effects.edges.strength=0",
            "effects.edges.dim=0.5", "effects.chain=edges,vignette,edges");
        using var picture = studio.Plain(100, 100);
        using var drawn = studio.Render(picture, null, 100, 100);
        Studio.AssertNear((25, 37.5, 50), Studio.At(drawn, 50, 50));
    }

    [Fact]
    public void An_unknown_effect_is_answered_with_the_nearest_name()
    {
        using var studio = new Studio();
        var error = Assert.Throws<LiveCamException>(() => studio.Parameters.Apply("effects.chain=vinette"));
        Assert.Equal("vinette", error.On);
        Assert.Contains("Did you mean 'vignette'", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void An_effect_that_does_not_compile_is_named_and_left_out_until_it_is_corrected()
    {
        var folder = ShaderTests.CopyOfShaders();
        var path = Path.Combine(folder, "effects", "invert.frag");
        File.WriteAllText(path,
            "#version 330 core\n#include \"include/effect.glsl\"\nvoid main()\n{\n    colour = vec4(1.0 - sceneAt(vu), 1.0);\n}\n");
        using var studio = new Studio(SceneFile.Load(SceneFile.Find("default")), folder, "hud.visible=off", "effects.chain=invert");
        using var picture = studio.Plain(40, 40);
        using (var drawn = studio.Render(picture, null, 40, 40))
            Assert.Equal((100, 150, 200), Studio.At(drawn, 20, 20));
        Assert.StartsWith("shaders/effects/invert.frag:5: ", Assert.Single(studio.Reports), StringComparison.Ordinal);

        File.WriteAllText(path, File.ReadAllText(path).Replace("vu", "uv", StringComparison.Ordinal));
        studio.Renderer.Shaders.Reload();
        using (var drawn = studio.Render(picture, null, 40, 40))
            Assert.Equal((155, 105, 55), Studio.At(drawn, 20, 20));
        Assert.Empty(studio.Renderer.Notices.Standing);
    }

    [Theory]
    [InlineData("uniform float amount;", "has no @doc")]
    [InlineData("uniform float amount; // @default(0.5) @doc \"x\"", "has no @range")]
    [InlineData("uniform float amount; // @range(1,0) @default(0.5) @doc \"x\"", "has no @range")]
    [InlineData("uniform float amount; // @range(0,1) @default(2) @doc \"x\"", "within its range")]
    [InlineData("uniform vec3 tint; // @range(0,1) @default(0) @doc \"x\"", "is a vec3")]
    public void A_bad_annotation_is_named_by_file_and_line(string declaration, string why)
    {
        var error = Assert.Throws<LiveCamException>(() => UniformAnnotation.Parse("glow", ["#version 330 core", declaration]));
        Assert.Equal("shaders/effects/glow.frag:2", error.On);
        Assert.Contains(why, error.Why, StringComparison.Ordinal);
    }
}
