using System.Collections.Concurrent;
using LiveCam.Core;
using LiveCam.Video;

namespace LiveCam.Web;

/// <summary>Draws posted pictures under their explanations, on a thread of its own that starts with the first.</summary>
/// <param name="scene">Name or file of the scene.</param>
internal sealed class PostedDrawing(string scene) : IDisposable
{
    private readonly BlockingCollection<Job> _jobs = new(ServeLimits.MostPosts);
    private readonly Lock _lock = new();
    private Thread? _thread;

    /// <summary>A PNG of the picture as the parameters would have it. Picture and explanation are the caller's, and must live until the task is complete.</summary>
    /// <param name="picture">What was posted.</param>
    /// <param name="explanation">What was found in it.</param>
    /// <param name="settings">name=value, in order; those that the scene does not know are passed over when <c>IsAsked</c> is false and refused otherwise.</param>
    /// <exception cref="LiveCamException">Nothing can be drawn here, or a setting is refused.</exception>
    public Task<byte[]> DrawAsync(Frame picture, Explanation explanation, IReadOnlyList<(string Assignment, bool IsAsked)> settings)
    {
        lock (_lock)
        {
            if (_thread is null)
            {
                _thread = new Thread(Run) { Name = "draw", IsBackground = true };
                _thread.Start();
            }
        }
        var job = new Job(picture, explanation, settings);
        _jobs.Add(job);
        return job.Done.Task;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread?.Join();
        _jobs.Dispose();
    }

    private void Run()
    {
        using var pool = new FramePool(ServeLimits.KeptBytes);
        var (parameters, atFirst) = (new ParameterSet(), new Dictionary<Parameter, string>());
        Drawing? drawing = null;
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            // Asked now: once the job is done, the picture is somebody else's.
            var isKept = job.Picture.Pixels.Length <= ServeLimits.KeptBytes;
            try
            {
                drawing ??= new Drawing(parameters, scene, pool, FrameClock.Fixed(TimeSpan.FromSeconds(1)));
                if (atFirst.Count == 0)
                    atFirst = parameters.ToDictionary(parameter => parameter, parameter => parameter.Text);
                // What one request asked for is nothing to the next.
                foreach (var (parameter, text) in atFirst)
                    if (parameter.Text != text)
                        parameter.Parse(text);
                // A posted picture has nothing before it that it could move smoothly from.
                parameters.Apply("heatmap.raw=on");
                foreach (var (assignment, isAsked) in job.Settings)
                    if (isAsked || parameters.TryGet(assignment.Split('=')[0], out _))
                        parameters.Apply(assignment);
                using var drawn = drawing.Draw(job.Picture, job.Explanation);
                job.Done.SetResult(ReceivedPicture.EncodePng(drawn));
            }
            catch (Exception e)
            {
                job.Done.SetException(e);
            }
            if (isKept)
                continue;
            // Textures of that size are not kept either.
            drawing?.Dispose();
            (drawing, parameters, atFirst) = (null, new ParameterSet(), []);
        }
        drawing?.Dispose();
    }

    private sealed record Job(Frame Picture, Explanation Explanation, IReadOnlyList<(string Assignment, bool IsAsked)> Settings)
    {
        public TaskCompletionSource<byte[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
