namespace LiveCam.Video.Takes;

/// <summary>The two files of a take.</summary>
public static class TakeFiles
{
    /// <summary>"take.mkv" → "take.evidence".</summary>
    public static string EvidenceOf(string video) => Path.ChangeExtension(video, ".evidence");

    /// <summary>Whether evidence lies beside a video.</summary>
    public static bool IsTake(string video) => File.Exists(video) && File.Exists(EvidenceOf(video)) && Path.GetExtension(video) != ".evidence";
}
