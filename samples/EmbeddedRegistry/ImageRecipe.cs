namespace EmbeddedRegistry;

/// <summary>An image to compose: its layers and what its configuration says.</summary>
public sealed record ImageRecipe
{
    /// <summary>The architecture, as Go names it.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>The layers, lowest first.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }

    /// <summary><c>config.Entrypoint</c>.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary><c>config.Env</c>, each <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>config.Labels</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A layer of an image.</summary>
/// <param name="MediaType">The media type of the content, such as <see cref="TarGzip"/>.</param>
/// <param name="Content">The layer as the registry keeps it.</param>
/// <param name="DiffId">The digest of the layer when it is uncompressed.</param>
public sealed record ImageLayer(string MediaType, byte[] Content, string DiffId)
{
    /// <summary>A tar in gzip.</summary>
    public const string TarGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
}
