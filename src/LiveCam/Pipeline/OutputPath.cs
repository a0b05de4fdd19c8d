using LiveCam.Core;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline;

/// <summary>Files the program writes beside the video: data, maps, JSON. The folder is made when it is not there.</summary>
internal static class OutputPath
{
    /// <summary>What stands for the standard output where data or a report is to be written.</summary>
    public const string StandardOutput = "-";

    /// <summary>Refuses to write over what is being read: a source that is a file, or a folder the numbered pictures would go back into.</summary>
    public static void MustNotBeSource(string source, params ReadOnlySpan<string?> outputs)
    {
        foreach (var output in outputs)
            if (output is not (null or StandardOutput) && IsSame(source, output))
                throw new LiveCamException("Cannot write", output, "it is the source itself, or named twice, and would be lost", "Choose another name for the output");
    }

    /// <summary>Refuses that too, and two outputs in one file.</summary>
    public static void MustDiffer(string source, params ReadOnlySpan<string?> outputs)
    {
        MustNotBeSource(source, outputs);
        for (var i = 0; i < outputs.Length; i++)
            if (outputs[i] is { } output)
                MustNotBeSource(output, outputs[(i + 1)..]);
    }

    /// <summary>Refuses to write over what is there, unless that is wanted.</summary>
    public static void MustBeNew(bool mayReplace, params ReadOnlySpan<string?> outputs)
    {
        foreach (var output in outputs)
            if (!mayReplace && output is not null && Exists(output))
                throw new LiveCamException("Cannot write", output, "it is there already", "Add --force to replace it, or choose another name");
    }

    /// <summary>Refuses to write over any of several sources.</summary>
    public static void MustNotBeAnyOf(IEnumerable<string> sources, IEnumerable<string> outputs)
    {
        var read = sources.Select(Real).ToHashSet(StringComparer.Ordinal);
        if (outputs.FirstOrDefault(output => read.Contains(Real(output))) is { } output)
            throw new LiveCamException("Cannot write", output, "it is one of the sources, and would be lost", "Choose another folder for the output");
    }

    /// <summary>Whether something would be replaced: a file that is no device, or the first of numbered pictures or of YOLO's files in a folder.</summary>
    public static bool Exists(string path)
    {
        if (path == StandardOutput || path.StartsWith("/dev/", StringComparison.Ordinal))
            return false;
        if (path.EndsWith('/') || Directory.Exists(path))
            return File.Exists(Path.Combine(path, "00000.png")) || File.Exists(Path.Combine(path, "classes.txt"));
        return File.Exists(path) || path.Contains('%', StringComparison.Ordinal) && File.Exists(SinkSchemes.FirstPicture(path));
    }

    private static bool IsSame(string source, string output)
    {
        if (Real(source) == Real(output))
            return !source.StartsWith("/dev/", StringComparison.Ordinal);
        var folder = Directory.Exists(source) ? source : source.Contains('*', StringComparison.Ordinal) ? Path.GetDirectoryName(source) : null;
        var into = output.Contains('%', StringComparison.Ordinal) ? Path.GetDirectoryName(Path.GetFullPath(output)) : output;
        return folder is not null && Directory.Exists(into) && Real(folder.Length == 0 ? "." : folder) == Real(into);
    }

    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo info = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        return info.Exists && info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : full;
    }

    /// <summary>Creates or empties the file. Throws <see cref="LiveCamException"/> when it cannot be written.</summary>
    public static FileStream Create(string path) => Guard(path, () =>
    {
        CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    });

    /// <summary>Writes a whole file, composed in memory first. What was there before is replaced in one step, so that a full disk leaves it.</summary>
    public static void Write(string path, Action<Stream> compose)
    {
        using var memory = new MemoryStream();
        compose(memory);
        var real = Real(path);
        var beside = File.Exists(real) && !real.StartsWith("/dev/", StringComparison.Ordinal) && !real.StartsWith("/proc/", StringComparison.Ordinal) ? real + ".new" : path;
        Guard(path, () =>
        {
            try
            {
                using (var file = Create(beside))
                    memory.WriteTo(file);
                if (beside != path)
                    File.Move(beside, real, overwrite: true);
                return true;
            }
            finally
            {
                if (beside != path)
                    File.Delete(beside);
            }
        });
    }

    /// <summary>Makes the folder, and those above it, where they are missing.</summary>
    public static void CreateFolder(string path) => Guard(path, () => Directory.CreateDirectory(path));

    /// <summary>Runs <paramref name="write"/> and turns its failure into an error about <paramref name="path"/>.</summary>
    public static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new LiveCamException("Cannot write", path, WriteFailure.Why(e), "Choose a place that can be written and has room", inner: e);
        }
    }
}
