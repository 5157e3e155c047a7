using System.Collections.Immutable;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>A kernel image and an image with the content.</summary>
internal sealed class GeneratedImageSource(long contentSize) : IImageSource
{
    public const string Kernel = "example/kernel:1";
    public const string Content = "example/content:1";

    private const int Files = 4;

    public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        Task.FromResult<IImage>(reference == ImageReference.Parse(Kernel)
            ? new InMemoryImage(Kernel, new InMemoryLayer().File("kernel", SyntheticKernel.BzImage().ToArray()))
            : new GeneratedImage(reference, [.. Enumerable.Range(0, Files).Select(i => ($"part{i}", contentSize / Files))]));

    public Task<OciArtifact> GetArtifactAsync(ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
        throw new ImageNotFoundException(reference, $"there is no layout of {reference}");
}
