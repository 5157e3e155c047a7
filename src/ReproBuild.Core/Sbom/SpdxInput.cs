using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Sbom;

/// <summary>An image's SPDX document, and where the build unpacks that image.</summary>
/// <param name="ImageReference">The full reference of the image.</param>
/// <param name="Directory">The directory, without slashes at the ends; empty for the root.</param>
/// <param name="Document">The document, as JSON.</param>
internal sealed record SpdxInput(string ImageReference, string Directory, FileContent Document);
