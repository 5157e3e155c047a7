using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Loader;
using ReproBuild.Core.Layers;
using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Memory;

/// <summary>A build in a process of its own, which <see cref="StartupHook"/> runs in place of the command line's own code.</summary>
internal static class MeasuredBuild
{
    private const string Tree = "the-tree-alone";
    private const string RequestVariable = "REPROBUILD_TEST_MEASURE";

    /// <summary>Builds and returns the process's peak working set in bytes.</summary>
    /// <param name="formats">The output formats, each with a name of its own.</param>
    /// <param name="contentSize">How many bytes of content the image has.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    public static Task<long> PeakAsync(IEnumerable<string> formats, long contentSize, CancellationToken cancellationToken) =>
        PeakAsync(string.Join(',', formats), contentSize, cancellationToken);

    /// <summary>Reads a layer, makes its tree, and returns how many bytes of memory are in use while both are held.</summary>
    public static Task<long> HeapOfTreeAsync(int entries, CancellationToken cancellationToken) => PeakAsync(Tree, entries, cancellationToken);

    private static async Task<long> PeakAsync(string what, long size, CancellationToken cancellationToken)
    {
        using var scratch = new TemporaryDirectory("memory");
        var process = new CommandLineProcess
        {
            Environment = new Dictionary<string, string> { [RequestVariable] = string.Create(CultureInfo.InvariantCulture, $"{what} {size}") },
        };
        var result = await process.RunAsync(scratch, [], cancellationToken);
        return long.Parse(result.EnsureSuccess().Output, CultureInfo.InvariantCulture);
    }

    /// <summary>In the other process: builds, prints the peak, and ends the process. Does nothing where no build was asked for.</summary>
    public static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(RequestVariable)?.Split(' ') is not [var formats, var contentSize])
        {
            return;
        }

        // The tests' own helpers lie beside the hook, not beside the program.
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(typeof(MeasuredBuild).Assembly.Location)!, $"{name.Name}.dll"));
        var size = long.Parse(contentSize, CultureInfo.InvariantCulture);
        var bytes = (formats == Tree ? MakeTreeAsync((int)size) : BuildAsync(formats.Split(','), size)).GetAwaiter().GetResult();
        Console.WriteLine(bytes.ToString(CultureInfo.InvariantCulture));
        Environment.Exit(0);
    }

    private static async Task<long> MakeTreeAsync(int entries)
    {
        await using var archive = new GeneratedArchive(entries);
        var index = await LayerIndex.FromTarAsync(archive);
        var layer = new Layer(Digest.OfSha256(default), new GeneratedBlob(archive.Length), index);
        var tree = LayerApplier.Apply([layer]);
        if (tree.Entries.Length < entries || index.Entries.Length != entries)
        {
            throw new InvalidOperationException("The tree does not hold the entries.");
        }

        var heap = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(layer);
        GC.KeepAlive(tree);
        return heap;
    }

    private static async Task<long> BuildAsync(string[] formats, long contentSize)
    {
        var config = LinuxKitConfig.Parse(
            $"kernel:\n  image: {GeneratedImageSource.Kernel}\n  cmdline: console=ttyS0\n  tar: none\ninit:\n  - {GeneratedImageSource.Content}\n", "measured.yml");
        var builder = new ImageBuilder(new GeneratedImageSource(contentSize), [.. StandardOutputFormats.All, new HoardingFormat()]);
        var options = new BuildOptions
        {
            Formats = [.. formats],
            FormatNames = formats.ToImmutableSortedDictionary(static format => format, static format => format, StringComparer.Ordinal),
        };
        var result = await builder.BuildAsync(config, options, new NullSink());
        if (result.Artifacts.Sum(static artifact => artifact.Size) < contentSize * formats.Length)
        {
            throw new InvalidOperationException("The artifacts do not hold the content.");
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
