namespace LiveCam.Pipeline.Annotate;

/// <summary>That a run keeps a journal.</summary>
/// <param name="Continues">Whether it continues an interrupted one, where there is one.</param>
/// <param name="Words">The command line, without its sources: it has to be the same.</param>
internal sealed record JournalWish(bool Continues, IReadOnlyList<string> Words);
