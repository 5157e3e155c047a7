using System.Collections.Immutable;
using System.IO.Hashing;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Pieces;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Lays an archive out, entry after entry. Each begins at a multiple of four bytes, so that it is the same at any place.</summary>
internal sealed class CpioWriter : IDisposable
{
    private readonly PieceCutter _archive = new();
    private readonly CpioInodeTable _inodes = new();

    public void Add(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var path = entry.Path;
        var (number, isLastName) = _inodes.Next(entry, path);
        var data = inode.Type == FileType.RegularFile && isLastName ? inode.Content : FileContent.Empty;
        var rest = inode.LinkTarget.Length + data.Length;
        _archive.BeginEntry(path.Span, (int)(HeaderLength(path.Length) + rest + PaddingOf(rest) - data.Length), data.Length);
        AppendHeader(path.Span, new CpioHeader
        {
            Inode = number,
            Mode = PosixMode.Of(inode),
            UserId = inode.UserId,
            GroupId = inode.GroupId,
            LinkCount = (uint)entry.LinkCount,
            ModificationTime = (uint)TreeHoldings.UnsignedSeconds(inode.ModificationTime).Seconds,
            FileSize = (uint)rest,
            DeviceMajor = inode.DeviceMajor,
            DeviceMinor = inode.DeviceMinor,
        });
        _archive.Append(inode.LinkTarget.Span);
        _archive.Append(data);
        Align();
    }

    public ImmutableArray<ContentPiece> Finish()
    {
        _archive.BeginEntry(CpioConstants.TrailerName, HeaderLength(CpioConstants.TrailerName.Length), dataLength: 0);
        AppendHeader(CpioConstants.TrailerName, new CpioHeader { LinkCount = 1 });
        return _archive.Finish();
    }

    public void Dispose() => _archive.Dispose();

    private void AppendHeader(ReadOnlySpan<byte> name, CpioHeader header)
    {
        Span<byte> bytes = stackalloc byte[CpioConstants.HeaderSize];
        (header with { NameSize = (uint)name.Length + 1 }).Encode(bytes);
        _archive.Append(bytes);
        _archive.Append(name);
        _archive.Append("\0"u8);
        Align();
    }

    private void Align() => _archive.Append(stackalloc byte[PaddingOf(_archive.Length)]);

    /// <summary>With the name, its NUL and the padding.</summary>
    private static int HeaderLength(int nameLength)
    {
        var length = CpioConstants.HeaderSize + nameLength + 1;
        return length + PaddingOf(length);
    }

    private static int PaddingOf(long length) => (int)((CpioConstants.Alignment - (length % CpioConstants.Alignment)) % CpioConstants.Alignment);
}

/// <summary>Numbers the inodes that have several names, and counts the names that are still to come.</summary>
/// <remarks>
/// All others have the number 0, which no reader looks at: one name, and nothing else has the same number and more. The number of a linked inode
/// is a hash of its first name, or the next that is free: where it stands in the archive does not count.
/// </remarks>
internal sealed class CpioInodeTable
{
    private const uint None = 0;

    private readonly Dictionary<Inode, (uint Number, int NamesLeft)> _linked = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<uint> _used = [None];

    public (uint Number, bool IsLastName) Next(FileTreeEntry entry, ByteString path)
    {
        if (entry.LinkCount == 1)
        {
            return (None, true);
        }

        var (number, left) = entry.HardLinkTarget is null ? (NumberOf(path), entry.LinkCount) : _linked[entry.Inode];
        _linked[entry.Inode] = (number, left - 1);
        return (number, left == 1);
    }

    private uint NumberOf(ByteString firstName)
    {
        var number = XxHash32.HashToUInt32(firstName.Span);
        while (!_used.Add(number))
        {
            number = unchecked(number + 1);
        }

        return number;
    }
}
