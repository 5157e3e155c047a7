using System.IO.Compression;
using ReproBuild.Core.Building.Kernel;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Kernel;

namespace ReproBuild.Outputs.RaspberryPi;

/// <summary>The kernel as U-Boot starts it.</summary>
/// <param name="Content">An arm64 Image, or one in gzip.</param>
/// <param name="IsGzip">Whether U-Boot has to unpack it.</param>
/// <param name="Address">Where it is to run.</param>
internal sealed record Rpi3Kernel(FileContent Content, bool IsGzip, uint Address)
{
    private const uint Alignment = 2 * 1024 * 1024;

    /// <summary>Takes the kernel out of an EFI zboot image, which U-Boot's <c>bootm</c> does not know; leaves others as they are.</summary>
    /// <exception cref="OutputFormatException">It cannot be unpacked.</exception>
    public static async Task<FileContent> UnpackAsync(FileContent content, OutputContext context, CancellationToken cancellationToken)
    {
        var start = new byte[EfiZbootHeader.Length];
        if (!EfiZbootHeader.IsPresent(start.AsSpan(0, content.Read(0, start))))
        {
            return content;
        }

        try
        {
            return await context.Scratch.CreateAsync(
                (target, token) => KernelDecompressor.DecompressAsync(content, target, context.Limits, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            throw new OutputFormatException($"the kernel is an EFI zboot image that cannot be unpacked: {e.Message}", e);
        }
    }

    /// <exception cref="OutputFormatException">It is not an arm64 kernel, or does not fit below <paramref name="limit"/>.</exception>
    public static Rpi3Kernel Inspect(FileContent content, uint limit)
    {
        Span<byte> start = stackalloc byte[2];
        var isGzip = content.Read(0, start) == 2 && start.SequenceEqual<byte>([0x1f, 0x8b]);
        var bytes = ReadStart(content, isGzip);
        if (bytes.Length < Arm64ImageHeader.Size || !Arm64ImageHeader.IsPresent(bytes))
        {
            throw new OutputFormatException(
                "the kernel is not an arm64 Image, nor one in gzip or in an EFI zboot image. Set kernel.binary to the kernel's file.");
        }

        var header = new Arm64ImageHeader(bytes);

        // The lowest memory holds the code that the other processors wait in.
        var address = header.TextOffset == 0 ? Alignment : header.TextOffset;
        return header.TextOffset < Alignment && header.ImageSize < limit - address
            ? new Rpi3Kernel(content, isGzip, (uint)address)
            : throw new OutputFormatException(
                $"the kernel takes {header.ImageSize} bytes of memory from {address} on, and there are {limit - Alignment} bytes for it. " +
                "Use a smaller one.");
    }

    /// <summary>The first bytes of the kernel, unpacked: all that is needed to recognize it.</summary>
    private static byte[] ReadStart(FileContent content, bool isGzip)
    {
        var bytes = new byte[Arm64ImageHeader.Size];
        try
        {
            using var file = content.OpenRead();
            using var kernel = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
            return bytes[..kernel.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException e)
        {
            throw new OutputFormatException($"the kernel begins like gzip data, but is damaged: {e.Message}", e);
        }
    }
}
