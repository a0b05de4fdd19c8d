namespace LiveCam.Core;

/// <summary>How a run of the program ended, as the shell sees it.</summary>
public enum ExitCode
{
    Done = 0,
    /// <summary>The user's input: a missing file, an unknown class, an unreachable camera.</summary>
    Input = 1,
    /// <summary>A model that cannot be read, run or explained.</summary>
    Model = 2,
    /// <summary>A defect of LiveCam itself (EX_SOFTWARE of sysexits.h).</summary>
    Bug = 70,
}

/// <summary>
/// An error the user can act on, in four parts: what failed, on what, why, and what to do. Its message is all that is
/// printed; a stack trace is for defects only.
/// </summary>
public sealed class LiveCamException : Exception
{
    /// <param name="what">What failed, as a sentence without its object: "Cannot open".</param>
    /// <param name="on">The path, address, node or name it failed on.</param>
    /// <param name="why">The cause, without a full stop.</param>
    /// <param name="fix">What the user can do, as a sentence without a full stop.</param>
    /// <param name="exitCode">The exit status the program ends with when nobody handles the error.</param>
    /// <param name="inner">The library's own exception, kept for diagnosis.</param>
    public LiveCamException(string what, string on, string why, string fix, ExitCode exitCode = ExitCode.Input, Exception? inner = null)
        : base($"{what} '{on}': {why}. {fix}{(fix.EndsWith('?') ? "" : ".")}", inner)
    {
        (What, On, Why, Fix, ExitCode) = (what, on, why, fix, exitCode);
    }

    public string What { get; }

    public string On { get; }

    public string Why { get; }

    public string Fix { get; }

    public ExitCode ExitCode { get; }
}
