namespace ReproBuild.Registry.Authentication;

/// <summary>How a server wants to be convinced (RFC 9110, section 11.3).</summary>
/// <param name="Scheme">The scheme as the server wrote it; its case does not matter.</param>
/// <param name="Parameters">The parameters; the case of their names does not matter.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>A parameter's value, or null.</summary>
    public string? Find(string name) => Parameters.GetValueOrDefault(name);
}
