using LiveCam.Pipeline;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Several threads of one step.</summary>
public sealed class OrderedStepsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Two_work_at_the_same_time_and_what_they_make_comes_out_in_order()
    {
        // Each pair waits for the other, and the first of a pair takes longer.
        using var pair = new Barrier(2);
        using var never = new ManualResetEvent(false);
        var made = new List<int>();
        Counted Work(Counted item)
        {
            Assert.True(pair.SignalAndWait(Patience));
            never.WaitOne(item.Number % 2 == 0 ? 10 : 0);
            return item;
        }
        using var steps = new OrderedSteps<Counted, Counted>("work", [Work, Work], item => made.Add(item.Number), Assert.Null, CancellationToken.None);
        for (var i = 0; i < 40; i++)
            steps.Add(new Counted(i), i);
        steps.Finish();
        Assert.Equal(Enumerable.Range(0, 40), made);
    }

    [Fact]
    public void One_that_fails_ends_them_all_and_nothing_is_kept()
    {
        using var abort = new CancellationTokenSource();
        var (items, handedOn, failures) = (Enumerable.Range(0, 12).Select(i => new Counted(i)).ToArray(), new List<int>(), new List<string>());
        Counted Work(Counted item)
        {
            if (item.Number != 5)
                return item;
            item.Dispose();
            throw new InvalidOperationException("the fifth");
        }
        using (var steps = new OrderedSteps<Counted, Counted>("work", [Work, Work, Work], item => { handedOn.Add(item.Number); item.Dispose(); },
            failure => { failures.Add(failure.Message); abort.Cancel(); }, abort.Token))
            foreach (var item in items)
            {
                try
                {
                    steps.Add(item, item.Number / 2);
                }
                catch (OperationCanceledException)
                {
                    // It was disposed.
                }
            }
        Assert.Equal(["the fifth"], failures);
        Assert.Equal(Enumerable.Range(0, handedOn.Count), handedOn);
        Assert.InRange(handedOn.Count, 0, 5);
        Assert.All(items, item => Assert.Equal(1, item.Disposed));
    }

    private sealed class Counted(int number) : IDisposable
    {
        public int Number => number;

        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
