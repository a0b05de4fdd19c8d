namespace LiveCam.Core;

/// <summary>Why a native library could not be loaded, in the words of the system's loader.</summary>
public static class LoadFailure
{
    /// <summary>The library that could not be loaded and made this fail, possibly in the first use of a class that needs it; null where something else did.</summary>
    public static DllNotFoundException? Behind(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
            if (e is DllNotFoundException missing)
                return missing;
        return null;
    }

    /// <summary>
    /// "libgtk-3.so.0: cannot open shared object file: No such file or directory". .NET tells of every name it tried, after advice of its own:
    /// the file that is there names the library it lacks, the others only say that they are not there.
    /// </summary>
    public static string Why(DllNotFoundException failure)
    {
        var lines = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var library = Library(failure);
        return (lines.Skip(1).FirstOrDefault(line => !line.Contains(library, StringComparison.Ordinal)) ?? lines[^1]).TrimEnd('.');
    }

    /// <summary>The same as an error for the user.</summary>
    public static LiveCamException Refuse(DllNotFoundException failure) => new("Cannot load the library", Library(failure), Why(failure),
        "Install what is missing: './livecam' does where there is apt-get, './livecam doctor' tells what was found", inner: failure);

    /// <summary>What was to be loaded, as the message quotes it, without its folder.</summary>
    private static string Library(DllNotFoundException failure) => Path.GetFileName(failure.Message.Split('\'') is [_, var quoted, ..] ? quoted : failure.Message);
}
