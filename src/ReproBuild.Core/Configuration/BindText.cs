using System.Collections.Immutable;

namespace ReproBuild.Core.Configuration;

/// <summary>An entry of <c>binds</c>: <c>source:/destination[:option,option]</c>, where the source is a path or a volume's name.</summary>
internal sealed record BindText(string Source, string Destination, ImmutableArray<string>? Options)
{
    /// <summary>Null when the text is not a bind.</summary>
    public static BindText? Parse(string text) => text.Split(':') switch
    {
        [{ Length: > 0 } source, { Length: > 0 } destination] => new BindText(source, destination, null),
        [{ Length: > 0 } source, { Length: > 0 } destination, var options] => new BindText(source, destination, [.. options.Split(',')]),
        _ => null,
    };

    /// <summary>What is wrong with an entry, or null.</summary>
    public static string? Problem(string text) => Parse(text) is not null ? null
        : $"'{text.Shown()}' is not a bind; expected source:/destination or source:/destination:options, such as /etc/x:/etc/x:ro";
}

/// <summary>An entry of <c>tmpfs</c>: <c>/destination[:option,option]</c>.</summary>
internal sealed record TmpfsText(string Destination, ImmutableArray<string>? Options)
{
    public static TmpfsText Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (destination, options) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        return new TmpfsText(destination, options.Length == 0 ? null : [.. options.Split(',')]);
    }

    /// <summary>What is wrong with an entry, or null.</summary>
    public static string? Problem(string text) => Parse(text).Destination.Length > 0 ? null
        : $"'{text.Shown()}' has no destination; expected /destination or /destination:options, such as /tmp:size=64m";
}
