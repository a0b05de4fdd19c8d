using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using LiveCam.Core;

namespace LiveCam.Commands;

/// <summary>A command with examples, which its <c>--help</c> ends with.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>What the command line answers when it is asked for help, or misunderstood.</summary>
internal static class CommandHelp
{
    /// <summary>Makes <c>--help</c> of every command below <paramref name="root"/> end with its examples.</summary>
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    /// <summary>What was wrong with the command line, with the nearest commands or options.</summary>
    public static LiveCamException Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(sub => sub.Name));
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var about = parsed.Errors.FirstOrDefault(error => unknown is not null && error.Message.Contains(unknown, StringComparison.Ordinal));
        var see = $"See '{Words(parsed.CommandResult)} --help'";
        return new LiveCamException("Cannot understand", unknown ?? command.Name, (about ?? parsed.Errors[0]).Message.TrimEnd('.'),
            unknown is null ? see : NearestNames.Suggest(unknown, known, see));
    }

    /// <summary>An empty word is most often a variable of the shell that was not set; nothing is called so.</summary>
    public static void RefuseEmptyWords(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
            if (string.IsNullOrWhiteSpace(words[i]) || words[i].StartsWith("--", StringComparison.Ordinal) && words[i].EndsWith('='))
                throw new LiveCamException("Cannot understand", words[i], i > 0 && words[i].Length == 0 ? $"there is an empty word behind '{words[i - 1]}'" : "it says nothing", "Leave it out, or write what was meant; is a variable of the shell not set?");
    }

    /// <summary>What is typed for a command: "livecam models pull".</summary>
    private static string Words(CommandResult result) => result.Parent is CommandResult above ? $"{Words(above)} {result.Command.Name}" : "livecam";

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ExampleCommand command)
                WriteExamples(parseResult.InvocationConfiguration.Output, Words(parseResult.CommandResult), command);
            return code;
        }

        private static void WriteExamples(TextWriter output, string words, ExampleCommand command)
        {
            output.WriteLine("Examples:");
            foreach (var example in command.Examples)
                output.WriteLine($"  {words} {example}".TrimEnd());
        }
    }
}
