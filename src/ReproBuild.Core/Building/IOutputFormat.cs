using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>Writes a built root file system in one format.</summary>
/// <remarks>
/// Implementations hold no state of a build and are safe for concurrent use. The bytes they write depend on the
/// <see cref="OutputContext"/> alone: never on the clock, on randomness, on the host or on the number of threads.
/// </remarks>
public interface IOutputFormat
{
    /// <summary>The name that a caller asks for, such as <c>kernel+initrd</c>; not empty.</summary>
    string Name { get; }

    /// <summary>What follows the base name in the name of each artifact, such as <c>-initrd.img</c>: at least one, each once, without slashes; in a fixed order.</summary>
    ImmutableArray<string> ArtifactSuffixes { get; }

    /// <summary>
    /// Those of <see cref="ArtifactSuffixes"/> whose artifacts other formats write too, with the same bytes, such as the kernel's. An artifact
    /// of two formats in one build is an error, unless both share it.
    /// </summary>
    /// <value>Default none.</value>
    ImmutableArray<string> SharedArtifactSuffixes => [];

    /// <summary>Writes the artifacts: creates each once and disposes its stream.</summary>
    /// <exception cref="OutputFormatException">The format cannot hold the tree; thrown before a byte is written.</exception>
    /// <exception cref="IOException">A file of the root cannot be read, or an artifact cannot be written; <see cref="ImageBuilder"/> names the format.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    Task WriteAsync(OutputContext context, CancellationToken cancellationToken);
}
