using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class GraphicsDeviceTests
{
    [Fact]
    public void Objects_disposed_on_any_thread_are_deleted_on_the_drawing_thread_at_the_next_frame()
    {
        using var context = new EglContext();
        using var device = new GraphicsDevice(context);
        var texture = new Texture(device, 4, 4, TextureFormat.R32F, linear: false);
        var thread = new Thread(() =>
        {
            texture.Dispose();
            texture.Dispose();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(1, device.LiveObjects);
        device.BeginFrame();
        Assert.Equal(0, device.LiveObjects);
    }

    [Fact]
    public void OpenGL_on_another_thread_is_refused()
    {
        using var context = new EglContext();
        using var device = new GraphicsDevice(context);
        Exception? refused = null;
        var thread = new Thread(() => refused = Record.Exception(() => new Texture(device, 4, 4, TextureFormat.Bgra8, linear: false)));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(refused);
        Assert.Equal(0, device.LiveObjects);
    }

    [Fact]
    public void The_context_offers_OpenGL_3_3_or_better()
    {
        using var context = new EglContext();
        using var device = new GraphicsDevice(context);
        Assert.True(double.Parse(device.Version[..3], System.Globalization.CultureInfo.InvariantCulture) >= 3.3, device.Version);
        Assert.NotEqual("", device.Renderer);
    }
}
