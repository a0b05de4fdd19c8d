namespace LiveCam.Core;

/// <summary>Why something could not be written, in the same words wherever it happens.</summary>
public static class WriteFailure
{
    /// <summary>What a full disk is called.</summary>
    public const string DiskIsFull = "the disk is full";

    /// <summary>Whether the system, or a program it told, complains of a full disk (ENOSPC).</summary>
    public static bool IsFullDisk(string complaint) => complaint.Contains("No space left", StringComparison.OrdinalIgnoreCase);

    /// <summary>The cause, without a full stop and without the path that .NET adds to what the system says.</summary>
    public static string Why(Exception refusal) => refusal switch
    {
        UnauthorizedAccessException => "permission denied",
        IOException when IsFullDisk(refusal.Message) => DiskIsFull,
        _ => refusal.Message.Split(" : '")[0].TrimEnd('.', ' '),
    };
}
