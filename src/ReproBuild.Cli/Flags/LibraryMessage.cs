using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ReproBuild.Cli;

/// <summary>Turns a message of the library, which names options as code does, into one that names the flags of the command line.</summary>
internal static partial class LibraryMessage
{
    /// <summary>What messages say to those who call an image writer by itself.</summary>
    private static readonly ImmutableArray<string> ForCodeOnly =
        [", Iso9660Options.Joliet", " (or UnifiedKernelImageOptions.UefiStub)", " or Strict of an image writer's options"];

    private static readonly ILookup<string, Flag> Flags =
        BuildFlags.All.SelectMany(static flag => flag.LibraryOptions.Select(option => (option, flag)))
            .ToLookup(static pair => pair.option, static pair => pair.flag, StringComparer.Ordinal);

    /// <summary>Whether the command line has a flag for an option, named with its type, or for a limit.</summary>
    public static bool Knows(string option) =>
        Flags.Contains(option)
        || (option.StartsWith(nameof(InputLimits) + '.', StringComparison.Ordinal) && Limit.Names.Contains(option.Split('.')[1]));

    public static string Translate(string message)
    {
        foreach (var phrase in ForCodeOnly)
        {
            message = message.Replace(phrase, "", StringComparison.Ordinal);
        }

        return LimitPattern().Replace(OptionPattern().Replace(message, ReplaceOption), ReplaceLimit);
    }

    /// <summary>
    /// "set X to false" of a switch becomes "give --no-x", and "add a file to X" becomes "give a file with --x"; else the flag takes the option's
    /// place.
    /// </summary>
    private static string ReplaceOption(Match match)
    {
        var option = match.Groups["option"].Value;
        if (!Flags.Contains(option))
        {
            return match.Value;
        }

        var flags = string.Join(" or ", Flags[option].Select(flag => Name(flag, option, match.Groups["key"].Value)));
        if (match.Groups["added"].Success)
        {
            return $"give {match.Groups["added"].Value} with {flags}";
        }

        return Flags[option].First().IsSwitch
            ? (match.Groups["set"].Value switch { "Set " => "Give ", "set " => "give ", _ => "" }) + flags
            : match.Groups["set"].Value + flags + match.Groups["value"].Value;
    }

    private static string Name(Flag flag, string option, string key) => option == "BuildOptions.FormatNames"
        ? $"{flag.Option.Name} {(key.Length > 0 ? key : "FORMAT")}=NAME"
        : flag.Option.Name;

    private static string ReplaceLimit(Match match)
    {
        var name = match.Groups["limit"].Value;
        return !Limit.Names.Contains(name) ? match.Value
            : match.Value.StartsWith('(') ? $"(--limit {name}=VALUE)"
            : $"--limit {name}";
    }

    [GeneratedRegex(
        @"(?:(?<set>\b[Ss]et )|\badd (?<added>[^.,;:]{1,80}?) to )?\b(?<option>(?:Build|Registry|Output)Options\.[A-Za-z]+)"
        + @"(?:\[(?<key>[^\]]*)\])?(?<value> to (?:true|false)\b)?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OptionPattern();

    [GeneratedRegex(
        @"\((?:limit |InputLimits\.)?(?<limit>Max[A-Za-z]+)\)|(?:\blimit |\bInputLimits\.|\b)(?<limit>Max[A-Za-z]+)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LimitPattern();
}
