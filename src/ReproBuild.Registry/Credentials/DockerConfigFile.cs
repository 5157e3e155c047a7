using System.Text.Json;
using System.Text;

namespace ReproBuild.Registry.Credentials;

/// <summary>What Docker's <c>config.json</c> says about credentials. Its errors name the place, never a value.</summary>
internal sealed class DockerConfigFile
{
    private readonly string _path;
    private readonly List<(string Key, JsonElement Value)> _auths = [];
    private readonly List<(string Key, JsonElement Value)> _helpers = [];
    private readonly string? _store;

    private DockerConfigFile(string path, JsonElement root)
    {
        _path = path;
        ReadMap(root, "auths", JsonValueKind.Object, _auths);
        ReadMap(root, "credHelpers", JsonValueKind.String, _helpers);
        _store = FindText(root, "credsStore", "credsStore");
    }

    /// <summary>Parses the file's text.</summary>
    /// <exception cref="ReproBuildException">It is not JSON, or not of the form of Docker's configuration.</exception>
    public static DockerConfigFile Parse(string path, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new DockerConfigFile(path, document.RootElement.Clone())
                : throw Malformed(path, "it is not a JSON object");
        }
        catch (JsonException e)
        {
            // The parser's own message quotes the text, so neither it nor the exception is passed on.
            throw Malformed(path, $"it is not JSON (line {e.LineNumber + 1})");
        }
    }

    /// <summary>The name of the credential helper for a registry, or null.</summary>
    public string? FindHelper(string registry)
    {
        var found = Find(_helpers, registry);
        return found is { } helper ? helper.GetString() : _store;
    }

    /// <summary>The credentials that the file itself holds for a registry, or null.</summary>
    public RegistryCredential? FindCredential(string registry)
    {
        if (Find(_auths, registry) is not { } entry)
        {
            return null;
        }

        var place = $"auths[\"{registry}\"]";
        if (FindText(entry, "identitytoken", place) is { } identity)
        {
            return RegistryCredential.FromIdentityToken(_path, identity);
        }

        if (FindText(entry, "registrytoken", place) is { } token)
        {
            return RegistryCredential.FromRegistryToken(_path, token);
        }

        if (FindText(entry, "auth", place) is { } encoded)
        {
            return Decode(encoded, place);
        }

        return FindText(entry, "username", place) is { } user && FindText(entry, "password", place) is { } password
            ? RegistryCredential.FromPassword(_path, user, password)
            : null;
    }

    /// <summary>The exact key wins over keys that only mean the same registry.</summary>
    private static JsonElement? Find(List<(string Key, JsonElement Value)> entries, string registry)
    {
        var exact = RegistryKey.Of(registry);
        var index = entries.FindIndex(entry => entry.Key == exact);
        index = index >= 0
            ? index
            : entries.FindIndex(entry => RegistryKey.Normalize(entry.Key).Equals(registry, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? entries[index].Value : null;
    }

    /// <summary><c>auth</c> is base64 of <c>USER:PASSWORD</c>; Docker pads the password with zero bytes in old files.</summary>
    private RegistryCredential Decode(string encoded, string place)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            throw Malformed(_path, $"{place}.auth is not base64");
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? RegistryCredential.FromPassword(_path, text[..colon], text[(colon + 1)..].Trim('\0'))
            : throw Malformed(_path, $"{place}.auth is not the base64 form of USER:PASSWORD");
    }

    private void ReadMap(JsonElement root, string name, JsonValueKind kind, List<(string Key, JsonElement Value)> entries)
    {
        if (!root.TryGetProperty(name, out var map) || map.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Any(property => property.Value.ValueKind != kind))
        {
            throw Malformed(_path, $"{name} is not an object whose values are each {(kind == JsonValueKind.Object ? "an object" : "a string")}");
        }

        entries.AddRange(map.EnumerateObject().Select(property => (property.Name, property.Value)));
    }

    private string? FindText(JsonElement element, string name, string place) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind != JsonValueKind.String ? throw Malformed(_path, $"{(place == name ? name : $"{place}.{name}")} is not a string")
        : value.GetString() is { Length: > 0 } text ? text
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
