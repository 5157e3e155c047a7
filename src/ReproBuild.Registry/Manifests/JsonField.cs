using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace ReproBuild.Registry.Manifests;

/// <summary>A place in a JSON document, for reading it strictly: every error names the document and the place.</summary>
/// <param name="Element">The value there.</param>
/// <param name="Document">What the document is, for messages.</param>
/// <param name="Path">The place, such as <c>layers[2].digest</c>; empty for the whole document.</param>
internal readonly record struct JsonField(JsonElement Element, string Document, string Path)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static JsonDocument Parse(ReadOnlyMemory<byte> json, string document)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new IntegrityException($"{document} is not valid UTF-8.");
        }

        try
        {
            DecodeNames(json.Span);
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException e)
        {
            throw NotJson(document, e);
        }
        catch (InvalidOperationException e)
        {
            throw NameIsNotText(document, e);
        }
    }

    /// <summary>The error for text that is not JSON. The parser's own message quotes the text, so it is not passed on.</summary>
    public static IntegrityException NotJson(string document, JsonException error) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{document} is not valid JSON{(error.LineNumber is { } line ? $" (line {line + 1}, byte {error.BytePositionInLine + 1})" : "")}: "
            + $"a member is given twice, more than {Strict.MaxDepth} levels are nested, or the text is damaged."),
        error);

    /// <summary>The error for a member whose name cannot be decoded, which the parser notices when it looks for another member.</summary>
    public static IntegrityException NameIsNotText(string document, InvalidOperationException error) => new(
        $"{document} is malformed: the name of a member is not text: an escape in it is half of a surrogate pair.", error);

    public static JsonField Root(JsonDocument json, string document)
    {
        var root = new JsonField(json.RootElement, document, "");
        return root.Element.ValueKind == JsonValueKind.Object ? root : throw root.Malformed("is not an object");
    }

    public IntegrityException Malformed(string why) =>
        new($"{Document} is malformed: {(Path.Length == 0 ? "it" : $"'{Path}'")} {why}.");

    /// <summary>The member, or null when it is missing or the literal null, which Go's encoder writes for empty lists and maps.</summary>
    public JsonField? Optional(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? this with { Element = value, Path = Under(name) }
            : null;

    public JsonField Required(string name) => Optional(name) ?? throw (this with { Path = Under(name) }).Malformed("is missing");

    public JsonField? OptionalObject(string name) =>
        Optional(name) is not { } field ? null
            : field.Element.ValueKind == JsonValueKind.Object ? field
            : throw field.Malformed("is not an object");

    public string Text()
    {
        if (Element.ValueKind != JsonValueKind.String)
        {
            throw Malformed("is not a string");
        }

        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Malformed("is not text: an escape is half of a surrogate pair");
        }
    }

    /// <summary>The text, or null when it is missing or empty.</summary>
    public string? NonEmptyText(string name) => Optional(name)?.Text() is { Length: > 0 } text ? text : null;

    public Digest Digest() =>
        ReproBuild.Digest.TryParse(Text(), out var digest)
            ? digest
            : throw Malformed($"is '{Text().Shown()}', not a SHA-256 or SHA-512 digest");

    public long Size() =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var size) && size >= 0
            ? size
            : throw Malformed("is not a size in bytes");

    /// <summary>What <paramref name="parse"/> makes of each item; one that is malformed is left out when another is well-formed.</summary>
    /// <param name="limit">How many there may be.</param>
    /// <param name="limitName">What <see cref="InputLimits"/> calls the limit.</param>
    /// <param name="parse">Parses an item.</param>
    /// <exception cref="IntegrityException">There are items, and none is well-formed.</exception>
    public (ImmutableArray<T> Items, ImmutableArray<string> Problems) WellFormedItems<T>(int limit, string limitName, Func<JsonField, T> parse)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var problems = new List<IntegrityException>();
        foreach (var item in Items(limit, limitName))
        {
            try
            {
                items.Add(parse(item));
            }
            catch (IntegrityException e)
            {
                problems.Add(e);
            }
        }

        return items.Count > 0 || problems.Count == 0
            ? (items.ToImmutable(), [.. problems.Select(static problem => problem.Message)])
            : throw problems[0];
    }

    /// <summary>The items of a list.</summary>
    /// <param name="limit">How many there may be.</param>
    /// <param name="limitName">What <see cref="InputLimits"/> calls the limit.</param>
    public IEnumerable<JsonField> Items(int limit, string limitName) =>
        Element.ValueKind != JsonValueKind.Array || Element.GetArrayLength() <= limit
            ? Items()
            : throw Malformed($"has {Element.GetArrayLength()} items, more than {limit} (limit {limitName})");

    /// <summary>The items of a list, whose number only the document's size bounds.</summary>
    public IEnumerable<JsonField> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            throw Malformed("is not a list");
        }

        var self = this;
        return Element.EnumerateArray().Select((item, i) => self with { Element = item, Path = $"{self.Path}[{i}]" });
    }

    /// <summary>The members of an object; one that is null counts as missing.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (OptionalObject(name) is { } field)
        {
            foreach (var member in field.Element.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null))
            {
                map.Add(member.Name, (field with { Element = member.Value, Path = field.Under(member.Name) }).Text());
            }
        }

        return map.ToImmutable();
    }

    private static void DecodeNames(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }

    private string Under(string name) => Path.Length == 0 ? name.Shown() : $"{Path}.{name.Shown()}";
}
