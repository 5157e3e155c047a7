using ReproBuild.Core.FileSystem;

namespace ReproBuild.Cli;

/// <summary>The boot programs and firmware that the caller names, open while a build runs.</summary>
internal sealed class BootInputs : IDisposable
{
    private FileBlob? _stub;
    private HostDirectory? _firmware;

    private BootInputs()
    {
    }

    public OutputOptions Options { get; private set; } = new();

    /// <param name="arguments">Name them.</param>
    /// <param name="images">Holds an image with firmware, which is as long readable as the source lives.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<BootInputs> OpenAsync(BuildArguments arguments, IImageSource images, CancellationToken cancellationToken)
    {
        var inputs = new BootInputs();
        try
        {
            inputs.Options = new OutputOptions
            {
                UefiStub = inputs.OpenStub(arguments.UefiStub),
                RaspberryPiFirmware = await inputs.OpenFirmwareAsync(arguments, images, cancellationToken),
            };
            return inputs;
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _stub?.Dispose();
        _firmware?.Dispose();
    }

    private FileContent? OpenStub(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            _stub = new FileBlob(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReproBuildException($"--uefi-stub: '{path}' cannot be read: {e.Message} Give a UEFI stub such as linuxx64.efi.stub, or leave the option out.", e);
        }

        return new FileContent(_stub, 0, _stub.Length);
    }

    private async Task<FileTree?> OpenFirmwareAsync(BuildArguments arguments, IImageSource images, CancellationToken cancellationToken)
    {
        if (arguments.RaspberryPiFirmwareImage is { } image)
        {
            return await images.GetFileTreeAsync(ImageReference.Parse(image), Platform.Linux(arguments.Architecture), cancellationToken: cancellationToken);
        }

        _firmware = arguments.RaspberryPiFirmware is { } path ? HostDirectory.Open(path, new FileTime(BuildOptions.LinuxKitEpoch)) : null;
        return _firmware?.Tree;
    }
}
