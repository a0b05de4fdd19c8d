using System.Globalization;
using System.Text;

namespace LiveCam.Video.Sinks;

/// <summary>Chapters in the text that ffmpeg reads them from (ffmetadata).</summary>
internal static class ChapterFile
{
    /// <summary>From each chapter to the next, the last to the end of the video; what begins behind it is left out.</summary>
    public static string Of(IReadOnlyList<Chapter> chapters, TimeSpan length)
    {
        var ordered = chapters.Where(chapter => chapter.From < length).OrderBy(chapter => chapter.From).ToList();
        var text = new StringBuilder(";FFMETADATA1\n");
        for (var i = 0; i < ordered.Count; i++)
        {
            var to = i + 1 < ordered.Count ? ordered[i + 1].From : length;
            text.Append(CultureInfo.InvariantCulture, $"[CHAPTER]\nTIMEBASE=1/1000\nSTART={(long)ordered[i].From.TotalMilliseconds}\nEND={(long)to.TotalMilliseconds}\ntitle={Escaped(ordered[i].Title)}\n");
        }
        return text.ToString();
    }

    private static string Escaped(string title)
    {
        var text = new StringBuilder();
        foreach (var letter in title)
        {
            if (letter is '=' or ';' or '#' or '\\' or '\n')
                text.Append('\\');
            text.Append(letter);
        }
        return text.ToString();
    }
}
