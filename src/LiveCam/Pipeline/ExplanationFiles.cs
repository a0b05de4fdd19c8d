using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary>What a run writes about its explanations beside pictures: data, boxes, subtitles, a summary, any or none. Used by one thread at a time.</summary>
internal sealed class ExplanationFiles : IDisposable
{
    private readonly RecordFile? _data;
    private readonly List<NoteFile> _noted = [];
    private readonly Stream? _notes;
    private int _completed;

    /// <summary>Opens the files: what cannot be written is known before anything is explained.</summary>
    public ExplanationFiles(string? data, string? boxes, Network network)
        : this(new AnnotationFiles(null, data, boxes), network, null)
    {
    }

    /// <param name="files">What is wanted; its output is another's.</param>
    /// <param name="network">Whose classes they are.</param>
    /// <param name="continuation">The run's, which may have been begun before, and may have to be continued; null for neither.</param>
    public ExplanationFiles(AnnotationFiles files, Network network, Continuation? continuation)
    {
        string[] classes = [.. Enumerable.Range(0, network.Classes).Select(network.LabelOf)];
        if (files.Boxes is not null)
            _noted.Add(BoxFile.Open(files.Boxes, classes));
        if (files.Subtitles is not null)
            _noted.Add(SubtitleFile.Open(files.Subtitles));
        if (files.Summary is not null)
            _noted.Add(new SummaryFile(files.Summary));
        var continues = continuation?.First > 0;
        _data = files.Data is null ? null : RecordFile.Open(files.Data, classes, continues);
        if (continuation is null || _noted.Count == 0)
            return;
        var path = AnnotationJournal.NotesFor(files);
        if (continues)
            foreach (var line in File.ReadLines(path))
                Write(FrameNote.OfLine(line));
        _notes = OutputPath.Guard(path, () => new FileStream(path, continues ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    /// <summary>What was written, for people.</summary>
    public IEnumerable<string> Summary
    {
        get
        {
            if (_data is not null)
                yield return $"{_data.Records} records to {_data.Path}";
            foreach (var file in _noted.Take(_completed))
                yield return file.Summary;
        }
    }

    /// <summary>Whether something of these files is made from notes, which an interrupted run has to keep.</summary>
    public static bool TakesNotes(AnnotationFiles files) => (files.Boxes ?? files.Subtitles ?? files.Summary) is not null;

    public void Write(Explanation explanation)
    {
        _data?.Write(explanation);
        if (_noted.Count == 0)
            return;
        var note = FrameNote.Of(explanation);
        if (_notes is not null)
            OutputPath.Guard("the notes of the run", () =>
            {
                _notes.Write(note.ToLine());
                return true;
            });
        Write(note);
    }

    /// <summary>Brings every file to its end; after a run that ended early too.</summary>
    public void Complete()
    {
        _data?.Complete();
        for (; _completed < _noted.Count; _completed++)
            _noted[_completed].Complete();
    }

    /// <summary>Nothing more will ever come: what was kept for that is deleted.</summary>
    public void Discard() => _data?.Discard();

    public void Dispose()
    {
        _data?.Dispose();
        _notes?.Dispose();
    }

    private void Write(FrameNote note)
    {
        foreach (var file in _noted)
            file.Write(note);
    }
}
