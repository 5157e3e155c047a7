namespace ReproBuild.Core.FileSystem;

/// <summary>The part of a build that a file came from: the values of the <c>LINUXKIT.source</c> and <c>LINUXKIT.location</c> records.</summary>
/// <param name="Source">The full image reference, <c>linuxkit.files</c>, <c>linuxkit.volumes</c> or <c>linuxkit.sbom</c>.</param>
/// <param name="Location">The place in the configuration, such as <c>kernel</c>, <c>init[0]</c> or <c>services[2]</c>.</param>
public sealed record FileOrigin(string Source, string Location);
