using Spectre.Console;

namespace LiveCam.Commands;

/// <summary>A progress bar with rate and time left on a terminal; nothing elsewhere.</summary>
internal static class Progress
{
    /// <summary>Runs <paramref name="work"/>, which reports how much is done.</summary>
    /// <param name="what">What is being done: "annotating".</param>
    /// <param name="total">How much there is, or null when nobody knows.</param>
    /// <param name="work">The work; it may report on any thread.</param>
    /// <param name="text">How an amount is written; as a number when left out.</param>
    public static void Run(string what, long? total, Action<Action<long>> work, Func<double, string>? text = null)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            work(_ => { });
            return;
        }
        AnsiConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context => RunShown(context, what, total, work, text ?? (amount => $"{amount:F0}")));
    }

    private static void RunShown(ProgressContext context, string what, long? total, Action<Action<long>> work, Func<double, string> text)
    {
        var task = context.AddTask(what, maxValue: total ?? 1);
        task.IsIndeterminate = total is null;
        Pipeline.RateMeter? meter = null;
        work(done =>
        {
            meter ??= new Pipeline.RateMeter(done);
            meter.Update(done);
            task.Value = done;
            task.Description = meter.PerSecond > 0 ? $"{what} {text(done)} ({text(meter.PerSecond)}/s)" : $"{what} {text(done)}";
        });
    }
}
