using System.Buffers;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain.Batch;
using LiveCam.Pipeline;
using LiveCam.Video;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LiveCam.Web;

/// <summary><c>POST /explain</c>: a picture in; what was found in it out, as JSON (docs/data.md) or, where the request accepts image/png, as a drawn picture.</summary>
/// <param name="queue">Explains, in turn with everybody else's.</param>
/// <param name="drawing">Draws.</param>
/// <param name="defaults">What holds where the request says nothing.</param>
/// <param name="start">What is asked where the request says nothing.</param>
/// <param name="pool">Where pictures are decoded into.</param>
internal sealed class ExplainEndpoint(ExplainQueue queue, PostedDrawing drawing, ParameterSet defaults, Func<(string Method, string Layer, string Class)> start, FramePool pool)
{
    private readonly Room _bodies = new(ServeLimits.MostBodies);
    private readonly Room _posts = new(ServeLimits.MostPosts);

    public async Task PostAsync(HttpContext context)
    {
        try
        {
            if (WhyNot(context.Request) is { } problem)
            {
                queue.Figures.AddRefused("type");
                await problem.WriteAsync(context);
                return;
            }
            var wishes = WishesOf(context.Request.Query);
            var question = new ClientQuestion(queue.Network, start());
            foreach (var (name, value) in wishes)
                if (question.Offered.Any(offered => offered.Name == name))
                    question.Set(name, value);
                else if (!WantsPicture(context.Request) || name.StartsWith("explain.", StringComparison.Ordinal))
                    CheckLook(name, value, question.Offered);
            // Who sends slowly takes the room of those who send, not of those who wait for an answer.
            if (await _bodies.UseAsync(() => ReadBodyAsync(context)) is not { } body
                || !await _posts.UseAsync(() => AnswerAsync(context, body, question.Current, wishes)))
            {
                queue.Figures.AddRefused("busy");
                await Problem.Busy($"{ServeLimits.MostPosts} pictures are waiting", ServeLimits.MostPosts * queue.Figures.PictureMs / 1000).WriteAsync(context);
            }
        }
        catch (LiveCamException e)
        {
            queue.Figures.AddRefused("parameter");
            await Problem.Of(e, e.ExitCode == ExitCode.Input ? 400 : 500).WriteAsync(context);
        }
    }

    /// <summary>What cannot be answered whatever the picture is.</summary>
    private static Problem? WhyNot(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            ? new Problem(415, "Cannot take the picture", "it is one part of a form", "Send its bytes alone: curl --data-binary @photo.jpg")
        : WantsPicture(request) && !Accepts(request, "image/png") && !Accepts(request, "image/*")
            ? new Problem(406, "Cannot answer as asked", "pictures are drawn as PNG", "Accept image/png, or application/json")
        : null;

    private static bool WantsPicture(HttpRequest request) => Accepts(request, "image/");

    private static bool Accepts(HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.Quality != 0 && accept.MediaType.StartsWith(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>How a picture would be drawn is nothing to JSON, but a name that nobody knows or a value that is not allowed is a mistake.</summary>
    private static void CheckLook(string name, string value, IReadOnlyList<Parameter> offered)
    {
        var look = new ParameterSet();
        PageParameters.AddTo(look);
        if (!look.TryGet(name, out var parameter))
            throw new LiveCamException("Cannot set", name, "there is no such parameter here", NearestNames.Suggest(name, [.. offered.Select(each => each.Name), .. look.Select(each => each.Name), "class", "method", "layer"]));
        parameter!.Parse(value);
    }

    private async Task<bool> AnswerAsync(HttpContext context, byte[] body, Question question, IReadOnlyList<(string Name, string Value)> wishes)
    {
        var fault = ReceivedPicture.Decode(body, ServeLimits.PostPixels, pool, out var frame);
        if (fault != PictureFault.None)
        {
            queue.Figures.AddRefused("picture");
            await ClientSocket.PictureProblem(fault, ServeLimits.PostPixels).WriteAsync(context);
            return true;
        }
        using (frame)
        {
            await queue.UseAsync(question.Layer, context.RequestAborted);
            var done = new TaskCompletionSource<Explanation>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var asker = queue.Join(question, (_, explanation, failure, _) => Complete(done, explanation, failure), _ => { });
            asker.Ask(new ReceivedFrame(frame!.Share(), 0, 0));
            using var explanation = await AnswerOf(done, context.RequestAborted);
            if (WantsPicture(context.Request))
                await DrawAsync(context, frame!, explanation, wishes);
            else
                await WriteJsonAsync(context, explanation);
        }
        return true;
    }

    /// <summary>The explanation, the caller's, even if the request goes away while it is made.</summary>
    private static async Task<Explanation> AnswerOf(TaskCompletionSource<Explanation> done, CancellationToken stop)
    {
        try
        {
            return await done.Task.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            _ = done.Task.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private async Task DrawAsync(HttpContext context, Frame frame, Explanation explanation, IReadOnlyList<(string Name, string Value)> wishes)
    {
        List<(string, bool)> settings = [.. defaults.Where(parameter => !parameter.Name.StartsWith("explain.", StringComparison.Ordinal)).Select(parameter => ($"{parameter.Name}={parameter.Text}", false))];
        if (explanation.TargetCount > 1)
            settings.Add(("heatmap.view=hues", true));
        settings.AddRange(wishes.Where(wish => !wish.Name.StartsWith("explain.", StringComparison.Ordinal) && wish.Name != "compare.with").Select(wish => ($"{wish.Name}={wish.Value}", true)));
        var png = await drawing.DrawAsync(frame, explanation, settings);
        context.Response.ContentType = "image/png";
        await context.Response.Body.WriteAsync(png, context.RequestAborted);
    }

    /// <summary>The query: "class", "method" and "layer" for short, any other parameter by its name.</summary>
    private static List<(string Name, string Value)> WishesOf(IQueryCollection query) =>
        [.. query.Where(pair => pair.Key != Access.TokenName).Select(pair => (pair.Key is "class" or "method" or "layer" ? "explain." + pair.Key : pair.Key, Last(pair.Value)))];

    private static string Last(StringValues values) => values.Count == 0 ? "" : values[^1] ?? "";

    private static async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private static void Complete(TaskCompletionSource<Explanation> done, Explanation? explanation, LiveCamException? failure)
    {
        if (explanation is not null)
            done.TrySetResult(explanation);
        else
            done.TrySetException(failure!);
    }

    private static async Task WriteJsonAsync(HttpContext context, Explanation explanation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ExplanationRecord.Readable))
            ExplanationRecord.Write(json, explanation, withMaps: true);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
