using System.Buffers;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;

namespace ReproBuild.Outputs.Initrd;

/// <summary>Lays an archive out, entry after entry.</summary>
internal sealed class CpioWriter
{
    private readonly FileContentBuilder _archive = new();

    /// <summary>Headers, names and padding since the last file's data.</summary>
    private readonly ArrayBufferWriter<byte> _structures = new();

    private readonly CpioInodeTable _inodes = new();

    private long Position => _archive.Length + _structures.WrittenCount;

    public void Add(FileTreeEntry entry)
    {
        var inode = entry.Inode;
        var (number, isLastName) = _inodes.Next(entry);
        var data = inode.Type == FileType.RegularFile && isLastName ? inode.Content : FileContent.Empty;
        AppendHeader(entry.Path.Span, new CpioHeader
        {
            Inode = number,
            Mode = PosixMode.Of(inode),
            UserId = inode.UserId,
            GroupId = inode.GroupId,
            LinkCount = inode.IsDirectory ? 2 : (uint)entry.LinkCount,
            ModificationTime = (uint)TreeHoldings.UnsignedSeconds(inode.ModificationTime).Seconds,
            FileSize = (uint)(inode.LinkTarget.Length + data.Length),
            DeviceMajor = inode.DeviceMajor,
            DeviceMinor = inode.DeviceMinor,
        });
        _structures.Write(inode.LinkTarget.Span);
        AppendData(data);
        Align();
    }

    public FileContent Finish()
    {
        AppendHeader(CpioConstants.TrailerName, new CpioHeader { LinkCount = 1 });
        FlushStructures();
        return _archive.Build();
    }

    private void AppendHeader(ReadOnlySpan<byte> name, CpioHeader header)
    {
        header = header with { NameSize = (uint)name.Length + 1 };
        header.Encode(_structures.GetSpan(CpioConstants.HeaderSize));
        _structures.Advance(CpioConstants.HeaderSize);
        _structures.Write(name);
        _structures.Write("\0"u8);
        Align();
    }

    private void AppendData(FileContent data)
    {
        if (data.Length > 0)
        {
            FlushStructures();
            _archive.Append(data);
        }
    }

    private void Align()
    {
        var over = (int)(Position % CpioConstants.Alignment);
        _structures.Write(stackalloc byte[over == 0 ? 0 : CpioConstants.Alignment - over]);
    }

    private void FlushStructures()
    {
        _archive.Append(_structures.WrittenSpan.ToArray());
        _structures.ResetWrittenCount();
    }
}

/// <summary>Numbers inodes from 1 in the order of their first names, and counts the names that are still to come.</summary>
internal sealed class CpioInodeTable
{
    private readonly Dictionary<Inode, (uint Number, int NamesLeft)> _linked = new(ReferenceEqualityComparer.Instance);
    private uint _last;

    public (uint Number, bool IsLastName) Next(FileTreeEntry entry)
    {
        if (entry.LinkCount == 1)
        {
            return (++_last, true);
        }

        var (number, left) = entry.HardLinkTarget is null ? (++_last, entry.LinkCount) : _linked[entry.Inode];
        _linked[entry.Inode] = (number, left - 1);
        return (number, left == 1);
    }
}
