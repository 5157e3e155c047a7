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

    /// <param name="request">Names them.</param>
    /// <param name="images">Holds an image with firmware, which can be read as long as the source lives.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<BootInputs> OpenAsync(BuildRequest request, IImageSource images, CancellationToken cancellationToken)
    {
        var inputs = new BootInputs();
        try
        {
            inputs.Options = new OutputOptions
            {
                Strict = request.Strict,
                IsoJoliet = request.IsoJoliet,
                InitrdCompression = request.InitrdCompression,
                CompressionEffort = request.CompressionEffort,
                SquashFsCompression = request.SquashFsCompression,
                ErofsCompression = request.ErofsCompression,
                IsoRootDevice = request.IsoRootDevice ?? inputs.Options.IsoRootDevice,
                UefiStub = inputs.OpenStub(request.UefiStub),
                RaspberryPiFirmware = await inputs.OpenFirmwareAsync(request, images, cancellationToken),
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
            throw new ReproBuildException(
                $"--uefi-stub: '{path}' cannot be read: {e.Message} Give a UEFI stub such as linuxx64.efi.stub, or leave the flag out.", e);
        }

        return new FileContent(_stub, 0, _stub.Length);
    }

    private async Task<FileTree?> OpenFirmwareAsync(BuildRequest request, IImageSource images, CancellationToken cancellationToken)
    {
        if (request.RaspberryPiFirmwareImage is { } image)
        {
            return await images.GetFileTreeAsync(
                ImageReference.Parse(image), Platform.Linux(request.Build.Architecture), request.Limits, cancellationToken);
        }

        _firmware = request.RaspberryPiFirmware is { } path
            ? HostDirectory.Open(path, new FileTime(request.Build.SourceDateEpoch), request.Limits)
            : null;
        return _firmware?.Tree;
    }
}
