using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Explain;

/// <summary>A session of several users, each on a thread of its own; the last one to leave disposes it. ONNX Runtime lets a session run on several threads at once.</summary>
/// <param name="session">Owned from now on.</param>
/// <param name="modelBytes">Length of the model that it was made of.</param>
internal sealed class SharedSession(InferenceSession session, long modelBytes) : IDisposable
{
    private int _users = 1;

    public InferenceSession Session => session;

    public long ModelBytes => modelBytes;

    /// <summary>One more user, who is to dispose it too.</summary>
    public SharedSession Join()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            session.Dispose();
    }
}
