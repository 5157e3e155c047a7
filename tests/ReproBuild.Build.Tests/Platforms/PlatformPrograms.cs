using ReproBuild.Build.Tests.Platforms;
using ReproBuild.Testing.Tools;

[assembly: AssemblyFixture(typeof(PlatformPrograms))]

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line for the platforms that this machine can emulate, each published when a test first runs it.</summary>
public sealed class PlatformPrograms : IAsyncDisposable
{
    private readonly CommandLinePublisher _publisher = new();

    public PlatformPrograms() => (Windows, Arm64) = (new WindowsProgram(_publisher), new Arm64Program(_publisher));

    public WindowsProgram Windows { get; }

    public Arm64Program Arm64 { get; }

    public async ValueTask DisposeAsync()
    {
        await Windows.DisposeAsync();
        _publisher.Dispose();
    }
}
