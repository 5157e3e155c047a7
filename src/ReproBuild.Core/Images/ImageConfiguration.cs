using System.Collections.Immutable;

namespace ReproBuild.Core.Images;

/// <summary>The part of an image's configuration that a build needs (OCI image specification 1.1, config.md).</summary>
public sealed record ImageConfiguration
{
    /// <summary>The platform the image names; a missing variant is null.</summary>
    public required Platform Platform { get; init; }

    /// <summary><c>config.Entrypoint</c>.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary><c>config.Cmd</c>.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary><c>config.Env</c>, each <c>NAME=VALUE</c>.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    /// <summary><c>config.WorkingDir</c>, or null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary><c>config.User</c>, or null.</summary>
    public string? User { get; init; }

    /// <summary><c>config.Labels</c>.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary><c>rootfs.diff_ids</c>: the digests of the uncompressed layers, lowest first.</summary>
    public ImmutableArray<Digest> DiffIds { get; init; } = [];
}
