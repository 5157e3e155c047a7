using System.Collections.Immutable;

namespace ReproBuild;

/// <summary>Writes a built root file system in one format.</summary>
/// <remarks>
/// Implementations keep no state of a build and are safe for concurrent use. The bytes they write depend only on the
/// <see cref="OutputContext"/>: never on the clock, on randomness, on the host or on the number of threads.
/// </remarks>
public interface IOutputFormat
{
    /// <summary>The name by which callers ask for the format, such as <c>kernel+initrd</c>; not empty.</summary>
    string Name { get; }

    /// <summary>
    /// The end of each artifact's name, after the base name, such as <c>-initrd.img</c>: at least one, each once, without slashes, in a fixed order.
    /// </summary>
    ImmutableArray<string> ArtifactSuffixes { get; }

    /// <summary>
    /// Those of <see cref="ArtifactSuffixes"/> whose artifacts other formats write too, with the same bytes, such as the kernel's. It is an error
    /// if two formats of a build write the same artifact, unless both share it.
    /// </summary>
    /// <value>Default none.</value>
    ImmutableArray<string> SharedArtifactSuffixes => [];

    /// <summary>
    /// How many times the format goes through the contents of <see cref="OutputContext.Root"/>, which its progress is measured by: once to write
    /// them, directly or to <see cref="OutputContext.Scratch"/>, and once more if it compresses what it has written to scratch space. What is only
    /// copied from there is not worth counting.
    /// </summary>
    /// <value>Default 1; at least 1. Nothing but progress depends on it.</value>
    int RootReads => 1;

    /// <summary>Writes the artifacts: creates each once and disposes its stream.</summary>
    /// <exception cref="OutputFormatException">The format cannot represent the tree; thrown before a byte is written.</exception>
    /// <exception cref="IOException">
    /// A file of the root cannot be read, or an artifact cannot be written; <see cref="ImageBuilder"/> adds the format's name.
    /// </exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    Task WriteAsync(OutputContext context, CancellationToken cancellationToken);
}
