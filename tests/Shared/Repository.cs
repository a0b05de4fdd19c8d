namespace LiveCam.Testing;

/// <summary>Where the tests find the project's files, and the optional real networks and pictures beside it.</summary>
public static class Repository
{
    /// <summary>The folder of LiveCam.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path inside the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A path inside shared/data; skips the running test when it is not there.</summary>
    public static string SharedData(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", "data", .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"needs the optional test data {string.Join('/', parts)}");
        return Path.GetFullPath(path);
    }

    /// <summary>A new empty folder for the running test, under the system's temporary folder; gone when the tests end.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("livecam-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Deleted by the test, or made unreadable by it.
            }
        };
        return folder;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LiveCam.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests must run from inside the repository.");
    }
}
