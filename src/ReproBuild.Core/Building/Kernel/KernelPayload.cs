using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Building.Kernel;

/// <summary>The compressed part of a kernel file.</summary>
/// <param name="Content">The compressed data.</param>
/// <param name="Size">How many bytes it must unpack to, modulo 2^32, or null where the file does not say.</param>
internal sealed record KernelPayload(FileContent Content, uint? Size)
{
    private const int SizeLength = 4;

    /// <summary>The payload of a bzImage.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="start">Its first bytes, at least <see cref="X86SetupHeader.Length"/>.</param>
    /// <exception cref="IntegrityException">Its header names no payload, or one outside the file.</exception>
    public static KernelPayload FromBzImage(FileContent kernel, ReadOnlySpan<byte> start)
    {
        var header = new X86SetupHeader(start);
        if (header.Version < X86SetupHeader.FirstVersionWithPayload)
        {
            throw new IntegrityException(
                $"this bzImage has version {header.Version >> 8}.{header.Version & 0xFF:D2} of the boot protocol, which names no payload; " +
                "2.08 (Linux 2.6.26) is the first that does");
        }

        return WithSize(Cut(kernel, header.PayloadOffset, header.PayloadLength, "bzImage"));
    }

    /// <summary>What an EFI zboot image holds: a file that is compressed as a whole.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="start">Its first bytes, at least <see cref="EfiZbootHeader.Length"/>.</param>
    /// <exception cref="IntegrityException">Its header places the payload outside the file.</exception>
    public static FileContent OfZboot(FileContent kernel, ReadOnlySpan<byte> start)
    {
        var header = new EfiZbootHeader(start);
        return Cut(kernel, header.PayloadOffset, header.PayloadLength, "EFI zboot image");
    }

    /// <summary>A file that is compressed as a whole.</summary>
    public static KernelPayload FromFile(FileContent kernel, KernelCompression compression) =>
        compression == KernelCompression.Gzip && kernel.Length > SizeLength ? WithSize(kernel) : new KernelPayload(kernel, null);

    private static FileContent Cut(FileContent kernel, long offset, long length, string what) =>
        length > SizeLength && offset <= kernel.Length - length
            ? new FileContent(Blob.FromContent(kernel), offset, length)
            : throw new IntegrityException(
                $"the header of this {what} places a payload of {length} bytes at {offset}, but the file has {kernel.Length} bytes; " +
                "it is damaged or truncated");

    // A gzip member ends with its size (RFC 1952, section 2.3.1); to the other formats the kernel's build appends it.
    private static KernelPayload WithSize(FileContent payload)
    {
        Span<byte> size = stackalloc byte[SizeLength];
        payload.Read(payload.Length - SizeLength, size);
        return new KernelPayload(payload, BinaryPrimitives.ReadUInt32LittleEndian(size));
    }

    /// <summary>A stream over only the compressed data.</summary>
    public Stream OpenRead(KernelCompression compression) => Size is null || compression == KernelCompression.Gzip
        ? Content.OpenRead()
        : new FileContent(Blob.FromContent(Content), 0, Content.Length - SizeLength).OpenRead();
}
