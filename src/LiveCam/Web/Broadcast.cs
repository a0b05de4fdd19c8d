using System.Diagnostics;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Rendering;
using LiveCam.Video;

namespace LiveCam.Web;

/// <summary>
/// The server's own source, for everybody who watches: clean pictures and explanations for pages, which blend them themselves, and finished pictures for programs that
/// know motion JPEG. Nothing is encoded or drawn that nobody watches. Owns the thread that draws, and the source.
/// </summary>
internal sealed class Broadcast : IDisposable
{
    /// <summary>Wider pictures are made smaller for their way over the network.</summary>
    private const int MostWidth = 1280;

    private const int Quality = 80;

    /// <summary>How often the same picture is sent again: programs show a part of motion JPEG when the next one begins.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    private readonly ExplainSetup _setup;
    private readonly WhileWatched _explanations;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _ready = new();
    private readonly FramePool _drawn = new();
    private readonly string _scene;
    private FrameSource? _next;
    private LiveFeed? _feed;
    private Drawing? _drawing;
    private volatile bool _stopping;
    private volatile bool _changed;
    private volatile string _name = "";
    private volatile string _status = "";
    private string? _fault;
    private SourceStatus _told = new(Delivering: true, "");
    private int _joined;
    private long _explained;

    /// <param name="setup">Explains; the caller's.</param>
    /// <param name="scene">Name or file of the scene that is drawn.</param>
    /// <param name="source">What is shown, the broadcast's from now on.</param>
    /// <exception cref="LiveCamException">A setting of the user's is refused.</exception>
    public Broadcast(ExplainSetup setup, string scene, FrameSource source)
    {
        (_setup, _scene, _next, _name) = (setup, scene, source, LiveFigures.ShortName(source.Name));
        setup.ApplyScene(scene);
        _explanations = new WhileWatched(setup.CreateLaboratory(isLive: true));
        _thread = new Thread(Run) { Name = "render", IsBackground = true };
        _thread.Start();
        _ready.Wait();
        // Those of the scene too.
        foreach (var parameter in setup.Parameters)
            parameter.Changed += OnChanged;
        if (Failure is not LiveCamException refused)
            return;
        Dispose();
        throw refused;
    }

    /// <summary>Clean pictures, each a packet of <see cref="AnswerPacket"/>.</summary>
    public Audience<byte[]> Pictures { get; } = new();

    /// <summary>Explanations, likewise.</summary>
    public Audience<byte[]> Answers { get; } = new();

    /// <summary>What the source is, how it is, and what is asked of it: JSON, whenever that changes.</summary>
    public Audience<string> News { get; } = new();

    /// <summary>Finished pictures, each a JPEG.</summary>
    public Audience<byte[]> Stream { get; } = new();

    /// <summary>The source's name.</summary>
    public string Name => _name;

    /// <summary>One line: how the source is, or what is wrong with it.</summary>
    public string Status => _status;

    /// <summary>Why nothing can be drawn here, or null: then there is no <see cref="Stream"/>.</summary>
    public LiveCamException? CannotDraw { get; private set; }

    /// <summary>What ended the thread too early, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Frames explained.</summary>
    public long Explained => Interlocked.Read(ref _explained);

    /// <summary>Somebody came: what stands still is sent once more.</summary>
    public void Welcome()
    {
        Interlocked.Increment(ref _joined);
        _explanations.IsWatched = true;
    }

    /// <summary>Shows another source from now on, the broadcast's.</summary>
    public void Show(FrameSource source) => Interlocked.Exchange(ref _next, source)?.Dispose();

    public void Dispose()
    {
        _stopping = true;
        _explanations.IsWatched = true;
        _thread.Join();
        // The render thread may have taken it back at the last moment.
        _explanations.IsWatched = true;
        foreach (var parameter in _setup.Parameters)
            parameter.Changed -= OnChanged;
        _next?.Dispose();
        _feed?.Dispose();
        _explanations.Dispose();
        _drawn.Dispose();
        _ready.Dispose();
    }

    private void OnChanged(Parameter parameter) => _changed = true;

    private void Run()
    {
        try
        {
            Prepare();
            _ready.Set();
            Loop();
        }
        catch (Exception e)
        {
            Failure = e;
            _status = "the source can no longer be shown";
            Tell(new SourceStatus(Delivering: false, _status));
            if (e is not LiveCamException)
                Console.Error.WriteLine(e);
        }
        _ready.Set();
        _drawing?.Dispose();
    }

    private void Prepare()
    {
        try
        {
            _drawing = new Drawing(_setup, _scene, _drawn, _name);
        }
        catch (LiveCamException e)
        {
            CannotDraw = e;
            PageParameters.AddTo(_setup.Parameters);
        }
        _setup.ApplySettings();
        Tell(_told);
    }

    private void Tell(SourceStatus status)
    {
        _told = status;
        News.Publish(JsonSerializer.Serialize(new
        {
            type = "source",
            name = _name,
            status = status.Text,
            delivering = status.Delivering,
            values = _setup.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Text),
        }, Json.Options));
    }

    private void Loop()
    {
        var (joined, sentAt) = (0, 0L);
        while (!_stopping)
        {
            var changed = TakeNext();
            var (picture, explanation) = (_feed!.TakePicture(), _feed.TakeExplanation());
            if (_changed)
            {
                _changed = false;
                changed = explanation = true;
                _feed.ExplainAgain();
            }
            if (!_stopping)
                _explanations.IsWatched = Pictures.Count + Answers.Count + Stream.Count > 0;
            var due = joined != _joined || Stopwatch.GetElapsedTime(sentAt) > Repeat;
            joined = _joined;
            Interlocked.Exchange(ref _explained, _feed.Explained);
            var status = _feed.Failure is { } failure ? new SourceStatus(Delivering: false, (failure as LiveCamException)?.Message ?? "the source has failed") : _feed.Source.Status;
            _status = status.Text;
            if (changed || _fault is null && status != _told)
                Tell(status);
            if (!picture && !explanation && !due)
                continue;
            sentAt = Stopwatch.GetTimestamp();
            TrySend(picture || due, explanation || due);
        }
    }

    /// <summary>A picture that cannot be drawn or packed must not be everybody's last.</summary>
    private void TrySend(bool picture, bool explanation)
    {
        try
        {
            Send(picture, explanation);
            _fault = null;
        }
        catch (Exception e)
        {
            if (e.Message != _fault && e is not LiveCamException)
                Console.Error.WriteLine(e);
            if (e.Message != _fault)
                Tell(new SourceStatus(Delivering: false, e is LiveCamException ? e.Message : "a picture could not be drawn"));
            _fault = e.Message;
        }
    }

    private bool TakeNext()
    {
        if (Interlocked.Exchange(ref _next, null) is not { } source)
            return false;
        _explanations.IsWatched = true;
        _feed?.Dispose();
        Pictures.Forget();
        Answers.Forget();
        Stream.Forget();
        _name = LiveFigures.ShortName(source.Name);
        _feed = new LiveFeed(source, _explanations);
        _feed.Start();
        return true;
    }

    private void Send(bool picture, bool explanation)
    {
        if (_feed!.Picture is not { } shown)
            return;
        var isMatched = PictureParameters.IsMatchedIn(_setup.Parameters);
        if (Pictures.Count > 0 && (isMatched ? explanation : picture) && (isMatched ? _feed.Explanation?.Frame : shown) is { } clean)
            Pictures.Publish(Packed(clean));
        if (explanation && Answers.Count > 0 && _feed.Explanation is { Frame: { } frame } found)
            Answers.Publish(AnswerPacket.Of(found, (uint)frame.Sequence, frame.Timestamp.TotalMilliseconds, frame.CapturedAt, 1));
        if (Stream.Count > 0 && IsFresh(shown, _feed.Explanation) && _drawing?.Draw(shown, _feed.Explanation, _feed.Source.Status) is { } drawn)
            using (drawn)
                Stream.Publish(ReceivedPicture.Encode(drawn, Quality, MostWidth));
    }

    /// <summary>Whether a map is of this picture or one shortly before it: while nobody watches none are made, and the last may be of yesterday.</summary>
    private static bool IsFresh(Frame shown, Explanation? explanation) =>
        explanation?.Frame is { } frame && (frame.Sequence == shown.Sequence || Stopwatch.GetElapsedTime(frame.CapturedAt, shown.CapturedAt) < Repeat);

    private static byte[] Packed(Frame frame) => AnswerPacket.OfPicture(ReceivedPicture.Encode(frame, Quality, MostWidth), (uint)frame.Sequence, frame.Timestamp.TotalMilliseconds);
}
