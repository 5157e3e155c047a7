using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Platforms;

/// <summary>The command line for Linux on arm64, in QEMU's emulation of a process, with Debian's libraries.</summary>
public sealed class Arm64Program(CommandLinePublisher publisher) : PlatformProgram(publisher, "linux-arm64")
{
    private static readonly ExternalTool Qemu = new("qemu-aarch64-static", "qemu-user-static");
    private static readonly string Libraries = Path.Combine(TestHost.TestDataDirectory, "arm64");

    /// <inheritdoc/>
    public override string? SkipReason => !Qemu.IsAvailable ? Qemu.SkipReason : !Directory.Exists(Libraries) ? TestHost.TestImagesSkipReason : null;

    /// <remarks>.NET maps its code twice, writable and executable, which the emulator does not keep in step.</remarks>
    protected override IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" };

    protected override (ExternalTool Tool, string[] Arguments) Emulator(string program) => (Qemu, ["-L", Libraries, program]);
}
