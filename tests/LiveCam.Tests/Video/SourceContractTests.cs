using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>What every kind of source promises, asked of every row of the table: a row without a case fails.</summary>
public sealed class SourceContractTests : VideoTest
{
    private const int Count = 12;

    private Dictionary<string, Action> Cases => new()
    {
        ["pattern"] = () => Deliver($"pattern:nothing?frames={Count}&size=320x240", indices => Assert.Equal(Count, indices.Count)),
        ["toy"] = () => Deliver($"pattern:toy?frames={Count}&size=320x240", indices => Assert.Equal(Count, indices.Count)),
        ["camera"] = () => CameraTests.RunWithCamera(Folder),
        ["stdin"] = () => Tools.RunTest($"{typeof(SourceContractTests).FullName}.{nameof(Standard_input_is_read_in_every_frame)}", [], Clip(".mkv")),
        ["http"] = () =>
        {
            using var server = new MjpegServer(frames: Count);
            Deliver(server.Address, Live);
        },
        ["stream"] = () =>
        {
            var address = $"tcp://127.0.0.1:{Tools.FreePort()}";
            using var server = Tools.StartFfmpeg("-re", "-i", Clip(".mkv", 90), "-c", "copy", "-f", "matroska", address + "?listen=1");
            Deliver(address, Live, attempts: 40);
            server.Kill();
        },
        ["folder"] = () => Deliver(Pictures(), EveryFrame),
        ["glob"] = () => Deliver(Pictures() + "/*.png", EveryFrame),
        ["picture"] = () => Deliver(Pictures() + "/00000.png", indices => Assert.Equal([0], indices)),
        ["video"] = () => Deliver(Clip(".mp4"), EveryFrame),
    };

    public static TheoryData<string> Schemes => [.. SourceSchemes.All.Select(scheme => scheme.Name)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_scheme_delivers_its_frames_in_order_ends_and_gives_all_back(string scheme)
    {
        Assert.True(Cases.ContainsKey(scheme), $"the scheme '{scheme}' has no contract case: add one to {nameof(SourceContractTests)}");
        Cases[scheme]();
    }

    [Fact(Explicit = true)]
    public void Standard_input_is_read_in_every_frame() => Deliver("-", EveryFrame);

    /// <summary>Reads a source to its end by the contract and hands the numbers on its pictures to <paramref name="check"/>.</summary>
    private void Deliver(string address, Action<List<int>> check, int attempts = 1)
    {
        List<int> indices = [];
        using (var source = Open(address, attempts))
        {
            var (sequence, time) = (-1L, TimeSpan.FromSeconds(-1));
            ReadResult result;
            while ((result = source.Read(Pool, out var frame)) != ReadResult.End)
            {
                Assert.Equal(result == ReadResult.Frame, frame is not null);
                if (frame is null)
                    continue;
                Assert.Equal((CountingFrames.Width, CountingFrames.Height), (frame.Width, frame.Height));
                Assert.True(source.IsLive ? frame.Sequence > sequence
                    : frame.Sequence == sequence + 1, $"sequence {frame.Sequence} after {sequence}");
                Assert.True(frame.Timestamp > time, $"time {frame.Timestamp} after {time}");
                Assert.InRange(Stopwatch.GetElapsedTime(frame.CapturedAt).TotalSeconds, 0, 30);
                (sequence, time) = (frame.Sequence, frame.Timestamp);
                indices.Add(CountingFrames.Read(frame));
                frame.Dispose();
            }
            Assert.Equal(ReadResult.End, source.Read(Pool, out var none));
            Assert.Null(none);
        }
        check(indices);
        Assert.Equal(0, Pool.Outstanding);
    }

    /// <summary>A server that was just started may not listen yet.</summary>
    private static FrameSource Open(string address, int attempts)
    {
        var options = new SourceOptions { Reconnect = false };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return SourceSchemes.Open(address, options);
            }
            catch (LiveCamException) when (attempt < attempts)
            {
                options.Cancellation.WaitHandle.WaitOne(100);
            }
        }
    }

    private static void EveryFrame(List<int> indices) => Assert.Equal(Enumerable.Range(0, Count), indices);

    /// <summary>A live source may leave frames out, but neither repeats nor reorders nor spoils them.</summary>
    private static void Live(List<int> indices)
    {
        Assert.True(indices.Count >= Count / 2, $"{indices.Count} frames arrived");
        Assert.Equal(indices.Distinct().Order(), indices);
        Assert.DoesNotContain(-1, indices);
    }

    private string Clip(string extension, int count = Count)
    {
        Tools.NeedFfmpeg();
        return CountingFrames.Write(Path.Combine(Folder, "clip" + extension), count);
    }

    private string Pictures()
    {
        var folder = Path.Combine(Folder, "pictures");
        CountingFrames.Write(Path.Combine(folder, "%05d.png"), Count);
        return folder;
    }
}
