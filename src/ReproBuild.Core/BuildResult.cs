using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>What a build made, and from what.</summary>
/// <param name="Artifacts">The artifacts, in the order of the formats asked for and of each format's suffixes; each name once.</param>
/// <param name="Inputs">The images, in the order of the assembly; each once.</param>
public sealed record BuildResult(ImmutableArray<BuildArtifact> Artifacts, ImmutableArray<ResolvedInput> Inputs);

/// <summary>A file that a build made.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Format">The output format that wrote it; if several share it, the first one asked for.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Digest">Its SHA-256 digest.</param>
public sealed record BuildArtifact(string Name, string Format, long Size, Digest Digest);

/// <summary>An image that a build used.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Digest">The digest it resolved to: of the index if there is one, otherwise of the manifest.</param>
/// <param name="ManifestDigest">The digest of the manifest for the platform; null for a volume that holds an OCI layout.</param>
/// <param name="Locations">The places in the configuration that use it, such as <c>init[0]</c>.</param>
public sealed record ResolvedInput(ImageReference Reference, Digest Digest, Digest? ManifestDigest, ImmutableArray<string> Locations);

/// <summary>What a build would do.</summary>
/// <param name="ArtifactNames">The names of the artifacts it would make, each once, in the order of <see cref="BuildResult.Artifacts"/>.</param>
/// <param name="Inputs">The images it would use.</param>
public sealed record BuildPlan(ImmutableArray<string> ArtifactNames, ImmutableArray<ResolvedInput> Inputs);
