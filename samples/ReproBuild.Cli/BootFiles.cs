using ReproBuild.Core.Building;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot;

namespace ReproBuild.Cli;

/// <summary>The boot programs and firmware that the caller names, open while a build runs.</summary>
internal sealed class BootFiles : IDisposable
{
    private readonly FileBlob? _stub;
    private readonly HostDirectory? _firmware;

    public BootFiles(BuildArguments arguments)
    {
        _stub = arguments.UefiStub is { } stub ? new FileBlob(stub) : null;
        _firmware = arguments.RaspberryPiFirmware is { } firmware ? HostDirectory.Open(firmware, new FileTime(BuildOptions.LinuxKitEpoch)) : null;
        Options = new BootOptions
        {
            UefiStub = _stub is null ? null : new FileContent(_stub, 0, _stub.Length),
            RaspberryPiFirmware = _firmware?.Tree,
        };
    }

    public BootOptions Options { get; }

    public void Dispose()
    {
        _stub?.Dispose();
        _firmware?.Dispose();
    }
}
