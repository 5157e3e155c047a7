using System.Collections.Immutable;
using ReproBuild.Outputs.Shared;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Writes the entries of directories: runs of names, each after a header with what their inodes have in common.</summary>
internal sealed class SquashFsDirectoryWriter(SquashFsMetadataWriter output)
{
    private const int HeaderSize = 12;
    private const int EntrySize = 8;

    /// <param name="names">The names in byte order.</param>
    public SquashFsListing Write(ReadOnlySpan<SquashFsListedName> names)
    {
        var start = names.IsEmpty ? default : output.Position;
        var index = ImmutableArray.CreateBuilder<SquashFsIndexEntry>();
        long length = 0;
        var indexedBlock = start.Block;
        while (!names.IsEmpty)
        {
            var header = output.Position;
            if (header.Block != indexedBlock && index.Count < ushort.MaxValue)
            {
                indexedBlock = header.Block;
                index.Add(new SquashFsIndexEntry(length, header.Block, names[0].Entry.Name));
            }

            var run = names[..RunLength(names, header.Offset)];
            length += WriteRun(run);
            names = names[run.Length..];
        }

        return new SquashFsListing(start, length, length > MetadataBlockSize ? index.ToImmutable() : []);
    }

    /// <summary>
    /// How many names follow one header: their inodes lie in one metadata block and have numbers within 16 bits of the first. A header
    /// also ends with its own metadata block, so that the index finds every block.
    /// </summary>
    private static int RunLength(ReadOnlySpan<SquashFsListedName> names, int offset)
    {
        var end = offset + HeaderSize;
        var count = 0;
        while (count < Math.Min(names.Length, MaxRunLength) && (count == 0 || end < MetadataBlockSize) &&
            names[count].Inode.Block == names[0].Inode.Block &&
            (long)names[count].Number - names[0].Number is >= short.MinValue and <= short.MaxValue)
        {
            end += EntrySize + names[count].Entry.Name.Length;
            count++;
        }

        return count;
    }

    private int WriteRun(ReadOnlySpan<SquashFsListedName> run)
    {
        Span<byte> buffer = stackalloc byte[EntrySize + LinuxLimits.MaxName];
        var header = new SquashFsRecord(buffer);
        header.UInt32(run.Length - 1);
        header.UInt32(run[0].Inode.Block);
        header.UInt32(run[0].Number);
        output.Append(buffer[..header.Length]);
        var length = header.Length;
        foreach (var (entry, number, inode) in run)
        {
            var record = new SquashFsRecord(buffer);
            record.UInt16(inode.Offset);
            record.Int16((int)((long)number - run[0].Number));
            record.UInt16(BasicType(entry.Inode.Type));
            record.UInt16(entry.Name.Length - 1);
            record.Bytes(entry.Name.Span);
            output.Append(buffer[..record.Length]);
            length += record.Length;
        }

        return length;
    }
}
