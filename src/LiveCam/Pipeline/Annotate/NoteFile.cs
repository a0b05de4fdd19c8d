namespace LiveCam.Pipeline.Annotate;

/// <summary>A file that is made from the notes of frames: boxes, subtitles, a summary. Used by one thread at a time.</summary>
internal abstract class NoteFile
{
    /// <summary>What was written, for people: "12 boxes to boxes.json".</summary>
    public abstract string Summary { get; }

    /// <summary>Takes the note of one frame; of a frame that was explained again the newest holds.</summary>
    public abstract void Write(FrameNote note);

    /// <summary>Nothing more will come: the file is whole on return.</summary>
    public abstract void Complete();
}
