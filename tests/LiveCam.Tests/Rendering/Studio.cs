using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

/// <summary>A headless renderer with its pools, and pictures and explanations to feed it. At the end everything must have been given back.</summary>
internal sealed class Studio : IDisposable
{
    private readonly EglContext _context = new();

    public Studio(string scene = "default", params string[] settings)
        : this(SceneFile.Load(SceneFile.Find(scene)), Repository.PathOf("shaders"), settings)
    {
    }

    public Studio(SceneFile scene, string shaders, params string[] settings)
    {
        Renderer = new Renderer(_context, scene, Parameters, shaders, Reports.Add);
        foreach (var setting in settings)
            Parameters.Apply(setting);
    }

    public FramePool Frames { get; } = new();

    public ExplanationPool Explanations { get; } = new();

    public ParameterSet Parameters { get; } = new();

    public List<string> Reports { get; } = [];

    public FrameClock Clock { get; } = FrameClock.Fixed(TimeSpan.FromSeconds(0.1));

    public LiveStatus Status { get; } = new();

    public Renderer Renderer { get; }

    /// <summary>A picture whose pixel (x, y) is <paramref name="bgr"/>(x, y).</summary>
    public Frame Picture(int width, int height, Func<int, int, (byte B, byte G, byte R)> bgr)
    {
        var frame = Frames.Rent(width, height);
        for (var i = 0; i < width * height; i++)
            (frame.Pixels[i * 3], frame.Pixels[i * 3 + 1], frame.Pixels[i * 3 + 2]) = bgr(i % width, i / width);
        return frame;
    }

    public Frame Plain(int width, int height) => Picture(width, height, (_, _) => (100, 150, 200));

    /// <summary>An explanation with one map a class, whose cell (x, y) of class i is <paramref name="heat"/>(i, x, y) and whose full heat is
    /// 1.</summary>
    public Explanation Explain(Frame frame, int targets, int width, int height, Func<int, int, int, float> heat)
    {
        var explanation = Explanations.Rent(frame, targets, 3, width, height);
        (explanation.Model, explanation.Method, explanation.Layer, explanation.Exactness) = ("net", "Grad-CAM++", "conv5", Exactness.Exact);
        string[] labels = ["golden retriever", "tabby", "coffee mug"];
        for (var i = 0; i < 3; i++)
            explanation.SetTop(i, new ClassScore(i, labels[i], 9 - i, 0.8f / (1 + 3 * i)));
        for (var i = 0; i < targets; i++)
        {
            for (var cell = 0; cell < width * height; cell++)
                explanation.Map(i)[cell] = heat(i, cell % width, cell / width);
            explanation.SetTarget(i, new Explanation.Target(explanation.Top[i], null, MapState.Evidence, 1));
        }
        return explanation;
    }

    /// <summary>Draws one frame at the given size; the result is the caller's.</summary>
    public Frame Render(Frame? picture, Explanation? explanation, int width, int height)
    {
        Clock.Tick();
        using var readback = new Readback(Renderer.Device, width, height, Frames);
        Renderer.Update(picture, explanation, Status, Clock);
        Renderer.Capture(readback);
        var frame = readback.Drain()!;
        Renderer.Device.AssertNoError();
        return frame;
    }

    /// <summary>Draws the plain picture of 160x120 under uniform <paramref name="heat"/> and returns the pixel in the middle as (B, G, R).</summary>
    public (int B, int G, int R) MiddleUnder(float heat, int targets = 1)
    {
        using var picture = Plain(160, 120);
        using var explanation = Explain(picture, targets, 7, 7, (_, _, _) => heat);
        using var drawn = Render(picture, explanation, 160, 120);
        return At(drawn, 80, 60);
    }

    public static (int B, int G, int R) At(Frame frame, int x, int y)
    {
        var pixel = frame.Pixels.Slice(y * frame.Stride + x * 3, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static void AssertNear((double B, double G, double R) expected, (int B, int G, int R) actual, double tolerance = 2)
    {
        var difference = Math.Max(Math.Abs(expected.B - actual.B), Math.Max(Math.Abs(expected.G - actual.G), Math.Abs(expected.R - actual.R)));
        Assert.True(difference <= tolerance, $"expected {expected}, drawn {actual}");
    }

    public void Dispose()
    {
        Renderer.Dispose();
        _context.Dispose();
        Assert.Equal(0, Renderer.Device.LiveObjects);
        Assert.Equal(0, Frames.Outstanding);
        Assert.Equal(0, Explanations.Outstanding);
        Frames.Dispose();
    }
}
