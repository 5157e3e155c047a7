using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Writes inodes: in the basic form when that has every field that is needed, else in the extended one.</summary>
internal sealed class SquashFsInodeWriter(SquashFsMetadataWriter output, SquashFsIdTable ids, SquashFsXattrTable xattrs)
{
    /// <summary>The size of a listing counts the entries . and .. that the kernel makes itself.</summary>
    private const int ListingOverhead = 3;
    private const int MaxFixedSize = 64;

    /// <summary>Where the next inode begins.</summary>
    public SquashFsReference Position => output.Position;

    public void WriteDirectory(FileTreeEntry directory, uint number, uint parent, SquashFsListing listing)
    {
        var xattr = xattrs.IndexOf(directory.Inode.ExtendedAttributes);
        var size = listing.Length + ListingOverhead;
        if (size > uint.MaxValue)
        {
            throw new OutputFormatException(
                $"the names of '/{directory.Path.Shown()}' take {size} bytes; a directory has at most {uint.MaxValue}. Split it.");
        }

        var links = 2 + directory.Children.Count(static c => c.Inode.IsDirectory);
        var isExtended = xattr != None || size > ushort.MaxValue || !listing.Index.IsEmpty;
        Span<byte> buffer = stackalloc byte[MaxFixedSize];
        var record = Begin(buffer, directory.Inode, number, isExtended);
        if (isExtended)
        {
            record.UInt32(links);
            record.UInt32(size);
            record.UInt32(listing.Start.Block);
            record.UInt32(parent);
            record.UInt16(listing.Index.Length);
            record.UInt16(listing.Start.Offset);
            record.UInt32(xattr);
        }
        else
        {
            record.UInt32(listing.Start.Block);
            record.UInt32(links);
            record.UInt16((int)size);
            record.UInt16(listing.Start.Offset);
            record.UInt32(parent);
        }

        output.Append(buffer[..record.Length]);
        WriteIndex(listing);
    }

    public void WriteFile(FileTreeEntry file, uint number, SquashFsFileData data)
    {
        var size = file.Inode.Content.Length;
        var xattr = xattrs.IndexOf(file.Inode.ExtendedAttributes);
        var isExtended = xattr != None || file.LinkCount > 1 || data.Sparse > 0 || size > uint.MaxValue || data.Start > uint.MaxValue;
        Span<byte> buffer = stackalloc byte[MaxFixedSize];
        var record = Begin(buffer, file.Inode, number, isExtended);
        if (isExtended)
        {
            record.UInt64((ulong)data.Start);
            record.UInt64((ulong)size);
            record.UInt64((ulong)data.Sparse);
            record.UInt32(file.LinkCount);
            record.UInt32(data.Tail.Block);
            record.UInt32(data.Tail.Offset);
            record.UInt32(xattr);
        }
        else
        {
            record.UInt32(data.Start);
            record.UInt32(data.Tail.Block);
            record.UInt32(data.Tail.Offset);
            record.UInt32(size);
        }

        output.Append(buffer[..record.Length]);
        foreach (var blockSize in data.BlockSizes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, blockSize);
            output.Append(buffer[..sizeof(uint)]);
        }
    }

    /// <summary>Writes a symbolic link, a device or a pipe.</summary>
    public void WriteOther(FileTreeEntry entry, uint number)
    {
        var inode = entry.Inode;
        var xattr = xattrs.IndexOf(inode.ExtendedAttributes);
        Span<byte> buffer = stackalloc byte[MaxFixedSize];
        var record = Begin(buffer, inode, number, isExtended: xattr != None);
        record.UInt32(entry.LinkCount);
        if (inode.Type == FileType.SymbolicLink)
        {
            record.UInt32(inode.LinkTarget.Length);
        }
        else if (inode.Type != FileType.Fifo)
        {
            record.UInt32(DeviceNumber(inode.DeviceMajor, inode.DeviceMinor));
        }

        output.Append(buffer[..record.Length]);
        output.Append(inode.LinkTarget.Span);
        if (xattr != None)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, xattr);
            output.Append(buffer[..sizeof(uint)]);
        }
    }

    /// <summary>Linux's number: the upper 12 bits of the minor are above the major.</summary>
    private static long DeviceNumber(uint major, uint minor) => (minor & 0xff) | ((long)major << 8) | ((long)(minor >> 8) << 20);

    private SquashFsRecord Begin(Span<byte> buffer, Inode inode, uint number, bool isExtended)
    {
        var record = new SquashFsRecord(buffer);
        record.UInt16(BasicType(inode.Type) + (isExtended ? ExtendedInode : 0));
        record.UInt16((int)inode.Mode);
        record.UInt16(ids.IndexOf(inode.UserId));
        record.UInt16(ids.IndexOf(inode.GroupId));
        record.UInt32(Time(inode.ModificationTime.Seconds));
        record.UInt32(number);
        return record;
    }

    private void WriteIndex(SquashFsListing listing)
    {
        Span<byte> buffer = stackalloc byte[MaxFixedSize + LinuxLimits.MaxName];
        foreach (var (offset, block, name) in listing.Index)
        {
            var record = new SquashFsRecord(buffer);
            record.UInt32(offset);
            record.UInt32(block);
            record.UInt32(name.Length - 1);
            record.Bytes(name.Span);
            output.Append(buffer[..record.Length]);
        }
    }
}
