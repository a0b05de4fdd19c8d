using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>Tells on standard error what could not be done that was asked for, each once, where nobody sees the screen. Used by one thread.</summary>
internal sealed class ToldRemarks
{
    private readonly HashSet<string> _told = [];

    public void Tell(Explanation explanation)
    {
        for (var i = 0; i < explanation.Remarks.Count; i++)
            if (_told.Add(explanation.Remarks[i]))
                Console.Error.WriteLine(explanation.Remarks[i]);
    }
}
