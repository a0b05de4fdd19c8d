namespace LiveCam.Video;

/// <summary>Which stream of ffmpeg LiveCam holds the other end of; its standard error is always read.</summary>
internal enum FfmpegPipes
{
    /// <summary>None: it reads and writes files.</summary>
    None,
    /// <summary>LiveCam writes what ffmpeg reads.</summary>
    Input,
    /// <summary>LiveCam reads what ffmpeg writes. Its standard input is LiveCam's own, for the source "-".</summary>
    Output,
}
