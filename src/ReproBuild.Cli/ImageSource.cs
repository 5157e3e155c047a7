using Microsoft.Extensions.Logging;

namespace ReproBuild.Cli;

/// <summary>Chooses where images come from.</summary>
internal static class ImageSource
{
    /// <summary>The source; the caller disposes it.</summary>
    public static IImageSource Open(BuildArguments arguments, ILogger logger) => arguments.OciLayout is { } layout
        ? new OciLayoutImageSource(layout, arguments.CacheDirectory, logger: logger)
        : new RegistryImageSource(
            new RegistryOptions
            {
                CacheDirectory = arguments.CacheDirectory,
                AlwaysPull = arguments.Pull,
                Mirrors = arguments.Mirrors,
                CertificateAuthorityFiles = arguments.CertificateAuthorities,
            },
            logger);
}
