using System.Buffers.Binary;

namespace ReproBuild.Outputs.Fat;

/// <summary>The file allocation table: which cluster follows which. Every chain is one run of clusters.</summary>
internal sealed class FatTable
{
    private readonly FatType _type;
    private readonly uint _endOfChain;
    private readonly List<(long First, long Count)> _runs = [];

    public FatTable(FatType type)
    {
        _type = type;
        _endOfChain = type switch { FatType.Fat12 => 0xfff, FatType.Fat16 => 0xffff, _ => 0x0fffffff };
    }

    /// <summary>The first cluster that no run has.</summary>
    public long NextFree { get; private set; } = FatConstants.FirstCluster;

    /// <summary>Takes a run of clusters.</summary>
    /// <returns>The first of them; 0 when there are none, as for an empty file.</returns>
    public uint Allocate(long count)
    {
        if (count == 0)
        {
            return 0;
        }

        var first = NextFree;
        _runs.Add((first, count));
        NextFree += count;
        return (uint)first;
    }

    /// <summary>The table up to its last used entry; the rest of it is zeros.</summary>
    public byte[] ToBytes(CancellationToken cancellationToken)
    {
        var bytes = new byte[((NextFree * (int)_type) + 7) / 8 + 1];
        Set(bytes, 0, (_endOfChain & ~0xffu) | FatConstants.MediaFixed);
        Set(bytes, 1, _endOfChain);
        foreach (var (first, count) in _runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var cluster = first; cluster < first + count - 1; cluster++)
            {
                Set(bytes, cluster, (uint)(cluster + 1));
            }

            Set(bytes, first + count - 1, _endOfChain);
        }

        return bytes;
    }

    private void Set(Span<byte> table, long cluster, uint value)
    {
        switch (_type)
        {
            case FatType.Fat12:
                var at = table[(int)(cluster * 3 / 2)..];
                uint pair = BinaryPrimitives.ReadUInt16LittleEndian(at);
                BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(cluster % 2 == 0 ? (pair & 0xf000) | value : (pair & 0x000f) | (value << 4)));
                break;
            case FatType.Fat16:
                BinaryPrimitives.WriteUInt16LittleEndian(table[(int)(cluster * 2)..], (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(table[(int)(cluster * 4)..], value);
                break;
        }
    }
}
