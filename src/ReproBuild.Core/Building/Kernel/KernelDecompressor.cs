using System.Buffers;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>
/// Unpacks a compressed kernel: a file that is compressed as a whole, such as arm64's Image.gz; what an EFI zboot image holds, which for arm64 is
/// an Image; or the payload of an x86 bzImage, which is the kernel as an ELF file.
/// </summary>
/// <remarks>As in LinuxKit, a kernel that is not compressed is an error: whoever asks to unpack it is mistaken about it.</remarks>
internal static class KernelDecompressor
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes the unpacked kernel to <paramref name="destination"/>.</summary>
    /// <exception cref="IntegrityException">
    /// The kernel is not compressed, is compressed in an unknown way, is damaged, or exceeds a limit; what was written is then worthless.
    /// </exception>
    public static async Task DecompressAsync(FileContent kernel, Stream destination, InputLimits limits, CancellationToken cancellationToken)
    {
        var (payload, compression) = Locate(kernel);
        var compressed = payload.OpenRead(compression);
        await using (compressed.ConfigureAwait(false))
        {
            var unpacked = Guard(compression, () => KernelFormats.Open(compression, compressed));
            await using (unpacked.ConfigureAwait(false))
            {
                // The decoders work in memory, on content that is read synchronously.
                var size = await CopyAsync(
                    buffer => Guard(compression, () => unpacked.Read(buffer)), destination, payload.Content.Length, limits, cancellationToken)
                    .ConfigureAwait(false);
                CheckSize(size, payload);
            }
        }
    }

    private static (KernelPayload Payload, KernelCompression Compression) Locate(FileContent kernel)
    {
        Span<byte> buffer = stackalloc byte[X86SetupHeader.Length];
        var start = buffer[..kernel.Read(0, buffer)];
        if (X86SetupHeader.IsPresent(start))
        {
            var payload = KernelPayload.FromBzImage(kernel, start);
            return (payload, Recognize(payload.Content, "the payload of this bzImage is compressed in an unknown way"));
        }

        if (EfiZbootHeader.IsPresent(start))
        {
            var content = KernelPayload.OfZboot(kernel, start);
            var coding = new EfiZbootHeader(start).Compression;
            var inside = Recognize(content, $"the kernel in this EFI zboot image is compressed with '{coding}', which is not supported, or damaged");
            return (KernelPayload.FromFile(content, inside), inside);
        }

        var whole = KernelFormats.Recognize(start);
        return whole != KernelCompression.None ? (KernelPayload.FromFile(kernel, whole), whole) : throw NotCompressed(start);
    }

    /// <exception cref="IntegrityException">The compression is not known; the message begins with what that means.</exception>
    private static KernelCompression Recognize(FileContent payload, string problem)
    {
        Span<byte> start = stackalloc byte[8];
        start = start[..payload.Read(0, start)];
        var compression = KernelFormats.Recognize(start);
        return compression != KernelCompression.None
            ? compression
            : throw new IntegrityException($"{problem}: it begins with {Convert.ToHexStringLower(start)}");
    }

    private static async Task<long> CopyAsync(
        Func<ArraySegment<byte>, int> read, Stream destination, long compressedLength, InputLimits limits, CancellationToken cancellationToken)
    {
        long total = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int count; (count = read(new ArraySegment<byte>(buffer, 0, BufferSize))) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                total += count;
                CheckLimits(total, compressedLength, limits);
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return total;
    }

    private static void CheckLimits(long total, long compressedLength, InputLimits limits)
    {
        if (total > limits.MaxArchiveSize)
        {
            throw new IntegrityException($"it unpacks to more than the {limits.MaxArchiveSize} bytes that InputLimits.MaxArchiveSize allows");
        }

        if (total > limits.CompressionRatioThreshold && total / limits.MaxCompressionRatio > compressedLength)
        {
            throw new IntegrityException(
                $"its {compressedLength} bytes unpack to more than {limits.MaxCompressionRatio} times as many, " +
                "which InputLimits.MaxCompressionRatio forbids");
        }
    }

    private static void CheckSize(long size, KernelPayload payload)
    {
        // Gzip data that end within their header are no error to the decoder, and may well end with a size of 0.
        if (size == 0)
        {
            throw new IntegrityException("it unpacks to nothing; it is damaged or truncated");
        }

        if (payload.Size is { } expected && expected != unchecked((uint)size))
        {
            throw new IntegrityException(
                $"it unpacks to {size} bytes, but the size that follows its data says {expected}; it is damaged or truncated");
        }
    }

    private static T Guard<T>(KernelCompression compression, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception e) when (IsDataFault(e))
        {
            throw new IntegrityException($"its {compression} data are damaged or truncated: {e.Message}", e);
        }
    }

    // On bad data the decoders throw more than their own exceptions. Nothing but a decoder runs under Guard.
    private static bool IsDataFault(Exception e) => e is not (ReproBuildException or OutOfMemoryException or ObjectDisposedException);

    private static IntegrityException NotCompressed(ReadOnlySpan<byte> start)
    {
        var what = start switch
        {
            [] => "it is empty",
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "it is an ELF file (vmlinux), not compressed",
            { Length: >= 0x3C } when start.Slice(0x38, 4).SequenceEqual("ARM\x64"u8) => "it is an arm64 Image, not compressed",
            _ => "it is neither a bzImage nor compressed in a known way: " +
                $"it begins with {Convert.ToHexStringLower(start[..Math.Min(8, start.Length)])}",
        };
        return new IntegrityException($"{what}; build without decompressing the kernel");
    }
}
