using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.UBoot;

/// <summary>An image in U-Boot's legacy format (U-Boot, include/image.h, "Legacy format image header"): 64 bytes before the content.</summary>
public static class UBootImage
{
    internal const int HeaderSize = 64;

    private const uint Magic = 0x27051956;
    private const byte Linux = 5;
    private const int BufferSize = 128 * 1024;

    /// <summary>Composes the image. The content is read once, for its checksum, and not copied.</summary>
    /// <param name="content">What the image holds; for a script the text of its commands.</param>
    /// <param name="options">The options.</param>
    /// <param name="scratch">Not needed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOptionException">
    /// The name is longer than 32 characters or not ASCII, or the time stamp is not in the range from 0 to 4294967295.
    /// </exception>
    /// <exception cref="OutputFormatException">The content has 4 GiB or more.</exception>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public static Task<FileContent> CreateAsync(
        FileContent content, UBootOptions options, ScratchSpace? scratch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Create(content, options, cancellationToken), cancellationToken);
    }

    internal static FileContent Create(FileContent content, UBootOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var body = options.Type == UBootImageType.Script ? WithScriptTable(content) : content;
        if (body.Length > uint.MaxValue)
        {
            throw new OutputFormatException($"the content has {body.Length} bytes, and the format takes at most {uint.MaxValue}. Make it smaller.");
        }

        return new FileContentBuilder().Append(Header(body, options, Checksum(body, cancellationToken))).Append(body).Build();
    }

    private static byte[] Header(FileContent body, UBootOptions options, uint checksum)
    {
        var header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt32BigEndian(header, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), (uint)options.SourceDateEpoch);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), (uint)body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), options.LoadAddress);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(20), options.EntryPoint);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(24), checksum);
        header[28] = Linux;
        header[29] = (byte)options.Architecture;
        header[30] = (byte)options.Type;
        header[31] = options.IsGzip ? (byte)1 : (byte)0;
        Encoding.ASCII.GetBytes(options.Name, header.AsSpan(32));

        // The header's own checksum counts as zero while it is computed.
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), Crc32.HashToUInt32(header));
        return header;
    }

    /// <summary>A script comes after a table of lengths that ends with zero.</summary>
    private static FileContent WithScriptTable(FileContent script)
    {
        var table = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(table, (uint)script.Length);
        return new FileContentBuilder().Append(table).Append(script).Build();
    }

    private static uint Checksum(FileContent body, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long offset = 0;
            for (int count; (count = body.Read(offset, buffer)) > 0; offset += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                crc.Append(buffer.AsSpan(0, count));
            }

            return crc.GetCurrentHashAsUInt32();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
