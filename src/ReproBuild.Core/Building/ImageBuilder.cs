using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Building;
using ReproBuild.Core.Building.Assembling;
using ReproBuild.Core.Building.Context;

namespace ReproBuild;

/// <summary>Builds a LinuxKit configuration: resolves its images, assembles one root file system, writes it in each format asked for.</summary>
/// <remarks>A builder keeps no state of a build; it is safe for concurrent use if its image source is.</remarks>
public sealed class ImageBuilder
{
    private readonly IImageSource _images;
    private readonly ImmutableArray<IOutputFormat> _formats;
    private readonly ILogger _logger;

    /// <summary>Creates a builder.</summary>
    /// <param name="images">Where images come from; the caller disposes it after the last build.</param>
    /// <param name="formats">The output formats that a build may ask for; each name once.</param>
    /// <param name="logger">Receives what the build does, or null.</param>
    /// <exception cref="ArgumentException">Two formats have the same name.</exception>
    public ImageBuilder(IImageSource images, IEnumerable<IOutputFormat> formats, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(formats);
        _images = images;
        _formats = [.. formats];
        _logger = logger ?? NullLogger.Instance;
        if (_formats.GroupBy(static f => f.Name, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two output formats are named '{twice.Key}'.", nameof(formats));
        }
    }

    /// <summary>Builds. The artifacts appear in the sink together when everything has succeeded; otherwise nothing appears.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="options">The options.</param>
    /// <param name="sink">Where the artifacts go.</param>
    /// <param name="progress">Receives reports of progress, or null. It cannot change an output.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <exception cref="InvalidOptionException">
    /// An option is out of range or names an unknown format, or two formats would write one artifact.
    /// </exception>
    /// <exception cref="ConfigurationException">The configuration is not valid; every problem is named.</exception>
    /// <exception cref="ReproBuildException">The build failed; the message says what, where and what to do.</exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public async Task<BuildResult> BuildAsync(
        LinuxKitConfig config,
        BuildOptions options,
        IArtifactSink sink,
        IProgress<BuildProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var plan = Plan(config, options);
        try
        {
            var transaction = await sink.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                using var build = new BuildContext(_images, config, options, progress, _logger);
                var containers = await PrepareAsync(build, cancellationToken).ConfigureAwait(false);
                await build.Images.FetchAsync(cancellationToken).ConfigureAwait(false);
                var root = await RootFileSystem.AssembleAsync(build, containers, cancellationToken).ConfigureAwait(false);
                var artifacts = await new OutputStage(build, plan, transaction).WriteAsync(root, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return new BuildResult(artifacts, build.Images.Inputs);
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException)
        {
            // A cancelled operation may throw anything, depending on where it was: a connection that is cut off is not an error of the build.
            throw new OperationCanceledException("The build was cancelled.", e, cancellationToken);
        }
    }

    /// <summary>
    /// Says what <see cref="BuildAsync"/> would make and from what, and finds what would stop it as far as that shows without a layer: settings of
    /// containers and labels of images, sources of files. It resolves references, fetches no layer and writes nothing.
    /// </summary>
    /// <inheritdoc cref="BuildAsync" path="/param[@name='config']|/param[@name='options']|/param[@name='cancellationToken']|/exception"/>
    public async Task<BuildPlan> PlanAsync(LinuxKitConfig config, BuildOptions options, CancellationToken cancellationToken = default)
    {
        var plan = Plan(config, options);
        using var build = new BuildContext(_images, config, options, progress: null, _logger);
        await PrepareAsync(build, cancellationToken).ConfigureAwait(false);
        return new BuildPlan(plan.ArtifactNames, build.Images.Inputs);
    }

    /// <summary>Finds whatever can be found wrong before a layer is fetched.</summary>
    private static async Task<ImmutableArray<ContainerPlan>> PrepareAsync(BuildContext build, CancellationToken cancellationToken)
    {
        FileStage.Check(build);
        build.HostFiles.Open(build.Config, build.Options);
        await build.Images.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return ContainerPlan.Of(build);
    }

    private OutputPlan Plan(LinuxKitConfig config, BuildOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        config.Validate();
        return new OutputPlan(_formats, options);
    }
}
