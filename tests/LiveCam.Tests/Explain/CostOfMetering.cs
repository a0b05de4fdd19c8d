using System.Diagnostics;
using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Testing;

namespace LiveCam.Tests.Explain;

/// <summary>What the meter costs; run by name, on a quiet machine, for the table in docs/performance.md.</summary>
public class CostOfMetering(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int Frames = 60;

    [Theory(Explicit = true)]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void Explained_frames_with_and_without_the_meter(string model)
    {
        var network = LiveCam.Explain.Network.Open(Repository.PathOf("models", model));
        var (device, parameters) = (new ExecutionDevice("cpu"), new MeterParameters(new ParameterSet()));
        using var explainer = new Explainer(network, device, new ExplainParameters(new ParameterSet(), network, "gradcam++", "auto", "top"), new ExplanationPool());
        using var plain = new PlainClassifier(network, device);
        using var pool = new FramePool();
        using var frame = pool.Rent(640, 480);
        new Random(1).NextBytes(frame.Pixels);
        var meter = new FaithfulnessMeter(explainer, parameters, TimeProvider.System);
        var (off, on, pass, plainPass) = (new Samples(), new Samples(), new Samples(Rounds * Frames), new Samples(Rounds * Frames));
        for (var round = -2; round < Rounds; round++)
        {
            var (without, with) = (TimeOf(visible: false), TimeOf(visible: true));
            if (round >= 0)
            {
                off.Add(without);
                on.Add(with);
            }
        }
        for (var i = 0; i < Rounds * Frames; i++)
        {
            plainPass.Add(plain.Run());
            var started = Stopwatch.GetTimestamp();
            explainer.Confidence(0);
            pass.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model}: {1000 / off.Median:F1} frames/s without, {1000 / on.Median:F1} with the meter ({on.Median / off.Median - 1:P1} longer a frame, {meter.Pace.Share:P1} of the thread's time); pass in the explainer's session {pass.Median:F2} ms, in a plain one {plainPass.Median:F2} ms"));

        double TimeOf(bool visible)
        {
            parameters.Visible.Value = visible;
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Frames; i++)
            {
                frame.Sequence++;
                using var explanation = explainer.Explain(frame);
                meter.Add(explanation);
                meter.AfterPublish();
            }
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Frames;
        }
    }
}
