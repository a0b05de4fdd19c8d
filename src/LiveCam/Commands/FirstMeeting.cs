using LiveCam.Explain;
using LiveCam.Pipeline;

namespace LiveCam.Commands;

/// <summary>What a live command does with a network that was not seen here before.</summary>
internal static class FirstMeeting
{
    /// <summary>Checks a network's gradients when it is seen for the first time, and says so; a warning when they are wrong.</summary>
    public static string? With(ExplainSetup setup)
    {
        if (RememberedCheck.Of(setup.Network, setup.Explain.Layer.Value) is not { } check)
            return null;
        if (check.IsNew)
            foreach (var finding in check.Findings)
                Console.Error.WriteLine($"First time with {setup.Network.Card.Name}: {finding}");
        if (check.Findings.FirstOrDefault(finding => !finding.IsRight) is not { } wrong)
            return null;
        Console.Error.WriteLine($"The maps of {setup.Network.Card.Name} are not to be trusted: {wrong}");
        return $"not to be trusted: {wrong}";
    }
}
