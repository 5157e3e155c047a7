using ReproBuild.Build.Tests.Reproducibility;
using ReproBuild.Testing.Registry;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The quick start's small images, as the OCI layout that its own cache is, and in a real registry.</summary>
public sealed class QuickStartImages : IAsyncLifetime
{
    /// <summary>The registry that the configuration names.</summary>
    private const string RegistryName = "registry.example";

    private static readonly string[] Images = ["kernel:1", "kernel:arm64", "rpi-firmware:1", "init:1", "greeter:1"];

    private readonly TemporaryDirectory _directory = new("quickstart");
    private DockerRegistryServer? _registry;

    /// <summary>Why tests that use the registry are skipped, or null when they can run.</summary>
    public static string? SkipReason => DockerRegistryServer.SkipReason;

    /// <summary>The directory of the OCI layout.</summary>
    public string Layout => _directory["built/cache"];

    /// <summary>The value of <c>--mirror</c> for the registry.</summary>
    public string Mirror => $"{RegistryName}={_registry!.Address}";

    /// <summary>The firmware for <c>rpi3</c>.</summary>
    public static string Firmware => $"{RegistryName}/quickstart/rpi-firmware:1";

    /// <summary>The configuration for a PC.</summary>
    public string Configuration => _directory["pc.yml"];

    /// <summary>The configuration for a Raspberry Pi: the same with its kernel.</summary>
    public string BoardConfiguration => _directory["board.yml"];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (SkipReason is not null)
        {
            return;
        }

        var quickStart = new CommandLineProcess { Program = ("samples/QuickStart", "QuickStart") };
        (await quickStart.RunAsync(_directory, [_directory["built"]], TestContext.Current.CancellationToken)).EnsureSuccess();
        var text = await File.ReadAllTextAsync(RepositoryProgram.Find("samples/QuickStart", "quickstart.yml"));
        await File.WriteAllTextAsync(Configuration, text);
        await File.WriteAllTextAsync(BoardConfiguration, text.Replace("kernel:1", "kernel:arm64", StringComparison.Ordinal));
        _registry = await DockerRegistryServer.StartAsync();
        foreach (var image in Images)
        {
            await _registry.PushAsync(Layout, $"{RegistryName}/quickstart/{image}", $"quickstart/{image}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        _directory.Dispose();
    }
}
