using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReproBuild.Core.FileSystem;

/// <summary>The digest of a tree: each entry's fields in a fixed binary form, lengths before bytes, and the SHA-256 of its content.</summary>
internal sealed class FileTreeDigest(FileTree tree)
{
    /// <summary>How often a caller that waits for another's computation checks its own token.</summary>
    private const int WaitMilliseconds = 20;

    private readonly Lock _lock = new();
    private volatile Digest? _value;

    /// <summary>The digest, computed once; a computation that does not finish leaves nothing behind.</summary>
    public Digest GetOrCompute(CancellationToken cancellationToken)
    {
        while (_value is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_lock.TryEnter(WaitMilliseconds))
            {
                continue;
            }

            try
            {
                _value ??= ComputeUncounted(cancellationToken);
            }
            finally
            {
                _lock.Exit();
            }
        }

        return _value;
    }

    /// <summary>Few files are read for it: it is no part of what a format has to do.</summary>
    private Digest ComputeUncounted(CancellationToken cancellationToken)
    {
        var counter = ContentReads.Counter;
        ContentReads.Counter = null;
        try
        {
            return Compute(cancellationToken);
        }
        finally
        {
            ContentReads.Counter = counter;
        }
    }

    private Digest Compute(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, tree.Root, cancellationToken);
        foreach (var entry in tree.Entries)
        {
            Append(hash, entry, cancellationToken);
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, FileTreeEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var inode = entry.Inode;
        AppendBytes(hash, entry.Path);
        AppendBytes(hash, entry.HardLinkTarget?.Path ?? ByteString.Empty);
        ReadOnlySpan<long> numbers =
        [
            (long)inode.Type, (long)inode.Mode, inode.UserId, inode.GroupId, inode.ModificationTime.Seconds, inode.ModificationTime.Nanoseconds,
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

        if (entry.HardLinkTarget is null && inode.Content.Length > 0)
        {
            hash.AppendData(inode.Content.GetSha256(cancellationToken).Span);
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
