using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using ReproBuild.Core.Images;

namespace ReproBuild.Core.FileSystem;

/// <summary>The digest of a tree: each entry's fields in a fixed binary form, lengths before bytes, then its content.</summary>
internal static class FileTreeDigest
{
    private const int BufferSize = 128 * 1024;

    public static Digest Compute(FileTree tree)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Append(hash, tree.Root, buffer);
            foreach (var entry in tree.Entries)
            {
                Append(hash, entry, buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, FileTreeEntry entry, byte[] buffer)
    {
        var inode = entry.Inode;
        AppendBytes(hash, entry.Path);
        AppendBytes(hash, entry.HardLinkTarget?.Path ?? ByteString.Empty);
        ReadOnlySpan<long> numbers =
        [
            (long)inode.Type, inode.Mode, inode.UserId, inode.GroupId, inode.ModificationTime.Seconds, inode.ModificationTime.Nanoseconds,
            inode.DeviceMajor, inode.DeviceMinor, inode.ExtendedAttributes.Length, inode.Content.Length,
        ];
        foreach (var number in numbers)
        {
            AppendNumber(hash, number);
        }

        AppendBytes(hash, inode.LinkTarget);
        foreach (var attribute in inode.ExtendedAttributes)
        {
            AppendBytes(hash, attribute.Name);
            AppendBytes(hash, attribute.Value);
        }

        if (entry.HardLinkTarget is null)
        {
            AppendContent(hash, inode.Content, buffer);
        }
    }

    private static void AppendContent(IncrementalHash hash, FileContent content, byte[] buffer)
    {
        long offset = 0;
        for (int count; (count = content.Read(offset, buffer)) > 0; offset += count)
        {
            hash.AppendData(buffer, 0, count);
        }
    }

    private static void AppendBytes(IncrementalHash hash, ByteString bytes)
    {
        AppendNumber(hash, bytes.Length);
        hash.AppendData(bytes.Span);
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
