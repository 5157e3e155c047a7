using System.Text.Json;
using System.Text;

namespace ReproBuild.Registry.Credentials;

/// <summary>What Docker's <c>config.json</c> says about credentials. Its errors name the place, never a value.</summary>
internal sealed class DockerConfigFile
{
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    private readonly string _path;
    private readonly List<(string Key, JsonElement Value)> _auths = [];
    private readonly List<(string Key, JsonElement Value)> _helpers = [];
    private readonly string? _store;

    private DockerConfigFile(string path, JsonElement root)
    {
        _path = path;
        ReadMap(root, "auths", _auths);
        ReadMap(root, "credHelpers", _helpers);
        _store = FindText(root, "credsStore", "credsStore");
    }

    /// <summary>Parses the file's text.</summary>
    /// <exception cref="ReproBuildException">It is not JSON, or not of the form of Docker's configuration.</exception>
    public static DockerConfigFile Parse(string path, ReadOnlyMemory<byte> json)
    {
        try
        {
            // Docker reads an empty file, and null, as one without settings.
            using var document = JsonDocument.Parse(json.Span.ContainsAnyExcept(" \t\r\n"u8) ? json : EmptyObject);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? Read(path, () => new DockerConfigFile(path, root))
                : root.ValueKind == JsonValueKind.Null ? Parse(path, EmptyObject)
                : throw Malformed(path, "it is not a JSON object");
        }
        catch (JsonException e)
        {
            // The parser's own message quotes the text, so neither it nor the exception is passed on.
            throw Malformed(path, $"it is not JSON (line {e.LineNumber + 1})");
        }
    }

    /// <summary>The name of the credential helper for a registry, or null.</summary>
    /// <remarks>As in Docker, an empty name means that the registry has none, not even the common one.</remarks>
    public string? FindHelper(string registry) => Read(
        _path,
        () => Find(_helpers, registry).FirstOrDefault() is { ValueKind: not JsonValueKind.Undefined } helper
            ? ReadText(helper, $"credHelpers[\"{registry}\"]")
            : _store);

    /// <summary>The credentials that the file itself holds for a registry, or null.</summary>
    /// <remarks>An entry without any says that a helper has them, or had them; another key may mean the same registry.</remarks>
    public RegistryCredential? FindCredential(string registry)
    {
        var place = $"auths[\"{registry}\"]";
        return Read(
            _path,
            () => Find(_auths, registry).Select(entry => ReadCredential(entry, place)).FirstOrDefault(static found => found is not null));
    }

    /// <summary>JSON may hold text that is none, and the parser notices that when the text is read.</summary>
    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Malformed(path, "it holds text that is none: an escape is half of a surrogate pair, or bytes are not UTF-8");
        }
    }

    private RegistryCredential? ReadCredential(JsonElement entry, string place)
    {
        if (entry.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw Malformed(_path, $"{place} is not an object");
        }

        if (entry.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (FindText(entry, "identitytoken", place) is { } identity)
        {
            return RegistryCredential.FromIdentityToken(_path, identity);
        }

        if (FindText(entry, "registrytoken", place) is { } token)
        {
            return !token.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? RegistryCredential.FromRegistryToken(_path, token)
                : throw Malformed(_path, $"{place}.registrytoken holds a space, a line break or another character that no header can");
        }

        if (FindText(entry, "auth", place) is { } encoded)
        {
            return Decode(encoded, place);
        }

        return FindText(entry, "username", place) is { } user && FindText(entry, "password", place) is { } password
            ? RegistryCredential.FromPassword(_path, user, password)
            : null;
    }

    /// <summary>The entries for a registry: the exact key comes before keys that only mean the same registry.</summary>
    private static IEnumerable<JsonElement> Find(List<(string Key, JsonElement Value)> entries, string registry)
    {
        var exact = RegistryKey.Of(registry);
        return entries
            .Where(entry => entry.Key == exact || RegistryKey.Normalize(entry.Key).Equals(registry, StringComparison.OrdinalIgnoreCase))
            .OrderBy(entry => entry.Key == exact ? 0 : 1)
            .Select(static entry => entry.Value);
    }

    /// <summary><c>auth</c> is base64 of <c>USER:PASSWORD</c>; Docker pads the password with zero bytes in old files.</summary>
    private RegistryCredential? Decode(string encoded, string place)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            throw Malformed(_path, $"{place}.auth is not base64");
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return text.Trim('\0') is "" or ":" ? null
            : colon > 0
            ? RegistryCredential.FromPassword(_path, text[..colon], text[(colon + 1)..].Trim('\0'))
            : throw Malformed(_path, $"{place}.auth is not the base64 form of USER:PASSWORD");
    }

    private void ReadMap(JsonElement root, string name, List<(string Key, JsonElement Value)> entries)
    {
        if (!root.TryGetProperty(name, out var map) || map.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw Malformed(_path, $"{name} is not an object");
        }

        entries.AddRange(map.EnumerateObject().Select(property => (property.Name, property.Value)));
    }

    private string? FindText(JsonElement element, string name, string place) =>
        element.TryGetProperty(name, out var value) ? ReadText(value, place == name ? name : $"{place}.{name}") : null;

    /// <summary>The text; null when it is null or empty, which Docker writes for what is not there.</summary>
    private string? ReadText(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind != JsonValueKind.String ? throw Malformed(_path, $"{place} is not a string")
        : value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text
        : null;

    private static ReproBuildException Malformed(string path, string problem) =>
        new($"{path}: Docker's configuration cannot be used: {problem}. Repair the file, or log in again with: docker login.");
}

/// <summary>How Docker's configuration and credential helpers name registries.</summary>
internal static class RegistryKey
{
    // Docker Hub's key is neither its name in references nor its server's.
    private const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>What credential helpers are asked for, and <c>docker login</c> stores.</summary>
    public static string Of(string registry) => registry == "docker.io" ? DockerHub : registry;

    /// <summary>The <c>host[:port]</c> that a key means: old clients stored addresses with a scheme and a path.</summary>
    public static string Normalize(string key)
    {
        var host = key;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            host = host.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? host[scheme.Length..] : host;
        }

        host = host.Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : host;
    }
}
