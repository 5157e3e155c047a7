using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;

namespace ReproBuild;

/// <summary>Everything an <see cref="IOutputFormat"/> may depend on, and where it writes.</summary>
public sealed class OutputContext
{
    /// <summary>Creates a context; <c>ImageBuilder</c> does, and tests of a format may.</summary>
    /// <param name="createArtifact">Opens the stream of an artifact, by its suffix.</param>
    public OutputContext(Func<string, CancellationToken, ValueTask<Stream>> createArtifact) => _createArtifact = createArtifact;

    private readonly Func<string, CancellationToken, ValueTask<Stream>> _createArtifact;

    /// <summary>The base name of the artifacts.</summary>
    public required string BaseName { get; init; }

    /// <summary>The root file system, <c>boot/</c> included. Its digest seeds every identifier; see <see cref="IdentifierDerivation"/>.</summary>
    public required FileTree Root { get; init; }

    /// <summary>The kernel's files, or null when the configuration has no kernel.</summary>
    public KernelFiles? Kernel { get; init; }

    /// <summary>The platform the image is for.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The time for headers, in seconds since 1970-01-01T00:00:00Z.</summary>
    public required long SourceDateEpoch { get; init; }

    /// <summary>The disk size in bytes that the caller asks for, or null for as small as the content needs.</summary>
    public long? DiskSize { get; init; }

    /// <summary>How many threads a format may use; it must not affect the bytes, nor let its memory grow without bound. At least 1.</summary>
    public int MaxParallelism { get; init; } = 1;

    /// <summary>Limits on what a format reads of the build's files, such as a kernel that it unpacks.</summary>
    /// <value>Default <see cref="InputLimits.Default"/>; a build gives <see cref="BuildOptions.Limits"/>.</value>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Temporary space for content that a format must measure before it writes an artifact; gone when the build ends.</summary>
    public required ScratchSpace Scratch { get; init; }

    /// <summary>Where compressed pieces are kept for later builds, or null.</summary>
    internal IPieceStore? Pieces { get; init; }

    /// <summary>Receives a format's log messages.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Opens the forward-only stream of an artifact. The caller disposes it. Safe for concurrent use.</summary>
    /// <param name="suffix">One of the format's <see cref="IOutputFormat.ArtifactSuffixes"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ReproBuildException">The artifact cannot be made; the message says why.</exception>
    public ValueTask<Stream> CreateArtifactAsync(string suffix, CancellationToken cancellationToken) => _createArtifact(suffix, cancellationToken);
}
