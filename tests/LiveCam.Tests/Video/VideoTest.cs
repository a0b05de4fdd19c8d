using LiveCam.Core;
using LiveCam.Testing;

namespace LiveCam.Tests.Video;

/// <summary>A test with a folder and a pool of its own. A frame that was not given back fails it.</summary>
public abstract class VideoTest : IDisposable
{
    private readonly Lazy<string> _folder = new(Repository.NewFolder);

    protected FramePool Pool { get; } = new();

    protected string Folder => _folder.Value;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_folder.IsValueCreated)
            Directory.Delete(Folder, recursive: true);
        Pool.Dispose();
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
            Assert.Equal(0, Pool.Outstanding);
    }
}
