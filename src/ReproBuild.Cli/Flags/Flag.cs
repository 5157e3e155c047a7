using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace ReproBuild.Cli;

/// <summary>A flag: how it is written, where its value goes, and which options of the library it sets.</summary>
internal sealed class Flag
{
    private readonly Func<ParseResult, BuildRequest, BuildRequest> _apply;

    private Flag(Option option, Func<ParseResult, BuildRequest, BuildRequest> apply) => (Option, _apply) = (option, apply);

    public Option Option { get; }

    /// <summary>The options that the flag sets, as messages of the library name them: <c>BuildOptions.Name</c>.</summary>
    public ImmutableArray<string> LibraryOptions { get; private init; } = [];

    /// <summary>Whether the flag has no value.</summary>
    public bool IsSwitch => Option.ValueType == typeof(bool);

    /// <summary>A flag without a value.</summary>
    public static Flag Switch(string name, string description, Func<BuildRequest, BuildRequest> apply, params string[] aliases)
    {
        var option = new Option<bool>(name, aliases) { Description = description };
        return new Flag(option, (parsed, request) => parsed.GetValue(option) ? apply(request) : request);
    }

    /// <summary>A flag that is a text.</summary>
    public static Flag Text(string name, string value, string description, Func<BuildRequest, string, BuildRequest> apply) =>
        Value(name, value, description, static text => text, apply);

    /// <summary>A flag with one value.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="value">What the help calls the value.</param>
    /// <param name="description">What it is for, and what holds without it.</param>
    /// <param name="parse">Reads the value; a <see cref="FormatException"/> says how it is written.</param>
    /// <param name="apply">Puts the value where it goes.</param>
    public static Flag Value<T>(
        string name, string value, string description, Func<string, T> parse, Func<BuildRequest, T, BuildRequest> apply) =>
        Create(name, value, description, result => parse(result.Tokens.Single().Value), apply);

    /// <summary>A flag that may be given again, and whose values are read together; the description says so.</summary>
    public static Flag List<T>(
        string name,
        string value,
        string description,
        Func<IEnumerable<string>, ImmutableArray<T>> parse,
        Func<BuildRequest, ImmutableArray<T>, BuildRequest> apply,
        params string[] aliases) =>
        Create<T[]>(
            name,
            value,
            description,
            result => [.. parse(result.Tokens.Select(static token => token.Value))],
            (request, items) => apply(request, [.. items]),
            aliases);

    /// <summary>The flag, with the options of the library that it sets.</summary>
    public Flag Sets(params ImmutableArray<string> options) => new(Option, _apply) { LibraryOptions = options };

    /// <summary>The request with the flag's value, if it is given.</summary>
    public BuildRequest Apply(ParseResult parsed, BuildRequest request) => _apply(parsed, request);

    private static Flag Create<T>(
        string name,
        string value,
        string description,
        Func<ArgumentResult, T> parse,
        Func<BuildRequest, T, BuildRequest> apply,
        params string[] aliases)
    {
        var option = new Option<T>(name, aliases)
        {
            Description = description,
            HelpName = value,
            CustomParser = result =>
            {
                try
                {
                    return parse(result);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return default;
                }
            },
        };
        return new Flag(option, (parsed, request) => parsed.GetResult(option) is null ? request : apply(request, parsed.GetValue(option)!));
    }
}
