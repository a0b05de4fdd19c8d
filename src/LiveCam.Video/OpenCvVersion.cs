using OpenCvSharp;

namespace LiveCam.Video;

/// <summary>Which OpenCV decodes pictures.</summary>
public static class OpenCvVersion
{
    /// <summary>"4.11.0".</summary>
    public static string Text
    {
        get
        {
            OpenCvSettings.Apply();
            return Cv2.GetVersionString() ?? "unknown";
        }
    }
}
