using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain.Compare;

namespace LiveCam.Pipeline;

/// <summary>What the user can do to a live run, by key or otherwise. Used by the render thread.</summary>
/// <param name="setup">Network and parameters of the run.</param>
/// <param name="feed">Its pictures and explanations.</param>
/// <param name="say">Shows a line for a moment.</param>
/// <param name="marks">Pictures of a take worth looking at: number in the video, and why; in order.</param>
internal sealed class LiveControls(ExplainSetup setup, LiveFeed feed, Action<string> say, IReadOnlyList<(long Number, string Text)> marks)
{
    private string? _pinned;
    private bool _stoppedForReferee;

    /// <summary>True once the user wants to leave.</summary>
    public bool IsLeaving { get; private set; }

    public void Leave() => IsLeaving = true;

    /// <summary>Shows one more picture while paused.</summary>
    public void StepPicture() => feed.StepPicture();

    /// <summary>Stands on the picture before this one.</summary>
    public void StepBack()
    {
        if (CanSeek() && feed.Picture is { Sequence: > 0 } picture)
            StandOn(picture.Sequence - 1);
    }

    /// <summary>Stands on the next mark of a take, or the one before this picture.</summary>
    public void JumpToMark(int direction)
    {
        if (!CanSeek() || feed.Picture is not { } picture)
            return;
        var found = direction > 0 ? marks.FirstOrDefault(mark => mark.Number > picture.Sequence, (-1, "")) : marks.LastOrDefault(mark => mark.Number < picture.Sequence, (-1, ""));
        if (found.Number < 0)
        {
            say(marks.Count == 0 ? "no marks" : direction > 0 ? "no mark behind this picture" : "no mark before this picture");
            return;
        }
        StandOn(found.Number);
        say($"picture {found.Number}: {found.Text}");
    }

    /// <summary>Marks the picture on the screen in the take being recorded.</summary>
    public void Mark()
    {
        if (feed.Take is not { } take || feed.Picture is not { } picture)
        {
            say("no take is being recorded");
            return;
        }
        take.Mark(picture);
        say("marked");
    }

    /// <summary>Turns a switch over without a word: what it does can be seen.</summary>
    public void Toggle(string name) => setup.Parameters[name].Step(+1);

    /// <summary>Moves a parameter on by one.</summary>
    public void Step(string name, int direction)
    {
        var parameter = setup.Parameters[name];
        parameter.Step(direction);
        say($"{parameter.Name} = {parameter.Text}");
    }

    /// <summary>Moves an opacity down by a step, and from none back to full.</summary>
    public void Fade(string name)
    {
        var opacity = (NumberParameter)setup.Parameters[name];
        opacity.Value = opacity.Value <= opacity.Minimum ? opacity.Maximum : opacity.Value - opacity.StepSize;
        say($"{opacity.Name} = {opacity.Text}");
    }

    /// <summary>Moves a number up by a step, and from its largest value to its smallest.</summary>
    public void StepRound(string name)
    {
        var number = (NumberParameter)setup.Parameters[name];
        number.Value = number.Value >= number.Maximum ? number.Minimum : number.Value + number.StepSize;
        say($"{number.Name} = {number.Text}");
    }

    /// <summary>Chooses the next target layer, from the last one backwards to the input and round again, passing over those that cannot be explained.</summary>
    public void StepLayer()
    {
        var layers = setup.Network.Layers;
        var at = Math.Max(0, layers.ToList().IndexOf(setup.Network.At(setup.Explain.Layer.Value).Layer.Name));
        for (var distance = 1; distance <= layers.Count; distance++)
            if (TryLayer(layers[(at - distance + layers.Count) % layers.Count]))
                return;
    }

    /// <summary>Divides the window otherwise.</summary>
    public void Lay(string layout)
    {
        setup.Parameters["view.layout"].Parse(layout);
        say($"layout {layout}");
    }

    /// <summary>Shows the next method beside the explained one, then all, then none.</summary>
    public void StepRival()
    {
        var explain = setup.Explain;
        List<string> choices = [Rival.None, .. setup.Network.MethodsAt(explain.Layer.Value).Where(method => method != explain.CamMethod).Select(method => method.Name), Rival.All];
        var with = setup.Experiments.Compare.With;
        with.Value = choices[(choices.IndexOf(with.Value) + 1) % choices.Count];
        say($"{with.Name} = {with.Value}");
    }

    /// <summary>Chooses the next referee; it judges a picture that stands, so the feed does.</summary>
    public void StepReferee()
    {
        var referee = setup.Experiments.Referee.Method;
        referee.Step(+1);
        if (referee.Index > 0 ? !feed.IsPaused : feed.IsPaused && _stoppedForReferee)
        {
            Toggle("view.paused");
            _stoppedForReferee = referee.Index > 0;
        }
        say($"{referee.Name} = {referee.Text}");
    }

    /// <summary>Shows the network the whole picture again.</summary>
    public void ClearBrush() => setup.Experiments.Brush.Strokes.Value = "";

    /// <summary>Pins the class of that rank, or goes back to the top class when it is pinned already.</summary>
    public void PinRank(int rank)
    {
        if (feed.Explanation is not { } explanation || rank >= explanation.TopCount)
            return;
        var score = explanation.Top[rank];
        var index = score.Index.ToString(CultureInfo.InvariantCulture);
        _pinned = _pinned == index ? null : index;
        setup.Explain.Class.Value = _pinned ?? "top";
        say(_pinned is null ? "explaining the top class" : $"pinned {score.Label}");
    }

    private bool CanSeek()
    {
        if (!feed.CanSeek)
            say($"{feed.Source.Name} only goes forward");
        return feed.CanSeek;
    }

    private void StandOn(long number)
    {
        if (!feed.IsPaused)
            Toggle("view.paused");
        feed.Seek(number);
    }

    private bool TryLayer(string layer)
    {
        try
        {
            setup.Explain.Layer.Value = layer;
            say($"target layer {layer}");
            return true;
        }
        catch (LiveCamException)
        {
            return false;
        }
    }
}
