using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using ReproBuild.Testing.Formats;

namespace ReproBuild.Outputs.Tests.Erofs;

/// <summary>An entry of the index: z_erofs_lcluster_index.</summary>
/// <param name="Type">0 for PLAIN, 1 for HEAD1, 2 for NONHEAD.</param>
/// <param name="Offset">di_clusterofs.</param>
/// <param name="Block">di_u as a block address.</param>
internal sealed record ErofsCluster(int Type, int Offset, uint Block)
{
    /// <summary>How far back the extent begins.</summary>
    public int Delta0 => (int)(Block & 0xffff);

    /// <summary>How far on the next extent begins.</summary>
    public int Delta1 => (int)(Block >> 16);

    public override string ToString() =>
        Type == 2 ? $"NONHEAD delta {Delta0} {Delta1}" : $"{(Type == 0 ? "PLAIN" : "HEAD1")} clusterofs {Offset} blkaddr {Block}";
}

/// <summary>Reads a file of the layout COMPRESSED_FULL as the specification says, and refuses what breaks its rules.</summary>
internal sealed class ErofsCompressedReader
{
    private const int BlockSize = 4096;

    private readonly FileContent _image;
    private readonly ErofsInode _inode;

    public ErofsCompressedReader(FileContent image, ErofsInode inode)
    {
        (_image, _inode) = (image, inode);
        var header = Bytes(inode.MapHeaderOffset, 16);
        Assert.True(header.AsSpan(8).IndexOfAnyExcept((byte)0) < 0, "The reserved bytes behind the header are used.");
        MapHeader =
        [
            ("h_idata_size", BinaryPrimitives.ReadInt32LittleEndian(header)), ("h_advise", BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(4))),
            ("h_algorithmtype", header[6]), ("h_clusterbits", header[7]),
        ];
        Clusters = [.. Bytes(inode.MapHeaderOffset + 16, (int)((inode.Size + BlockSize - 1) / BlockSize * 8)).Chunk(8).Select(static entry => new ErofsCluster(
            BinaryPrimitives.ReadUInt16LittleEndian(entry), BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(2)), BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(4))))];
    }

    public IReadOnlyList<(string Name, int Value)> MapHeader { get; }

    public IReadOnlyList<ErofsCluster> Clusters { get; }

    public byte[] ReadData()
    {
        var heads = Enumerable.Range(0, Clusters.Count).Where(i => Clusters[i].Type != 2).ToList();
        CheckDistances(heads);
        var data = new List<byte>();
        var blocks = new List<uint>();
        for (var i = 0; i < heads.Count; i++)
        {
            var cluster = Clusters[heads[i]];
            Assert.Equal(data.Count, Start(heads[i]));
            if (data.Count == _inode.Size)
            {
                Assert.Equal((0, 0u, heads.Count - 1), (cluster.Type, cluster.Block, i));
                continue;
            }

            blocks.Add(cluster.Block);
            var end = i + 1 < heads.Count ? Start(heads[i + 1]) : _inode.Size;
            data.AddRange(ReadExtent(cluster, (int)(end - data.Count)));
        }

        Assert.Equal(_inode.Size, data.Count);
        Assert.Equal(_inode["i_u"], blocks.Count);
        Assert.Equal(Enumerable.Range(0, blocks.Count).Select(i => blocks[0] + (uint)i), blocks);
        return [.. data];
    }

    private long Start(int cluster) => ((long)cluster * BlockSize) + Clusters[cluster].Offset;

    private void CheckDistances(List<int> heads)
    {
        Assert.Equal(0, heads[0]);
        for (int i = 0, head = -1; i < Clusters.Count; i++)
        {
            head = Clusters[i].Type == 2 ? head : heads.IndexOf(i);
            if (Clusters[i].Type == 2)
            {
                Assert.Equal(i - heads[head], Clusters[i].Delta0);
                Assert.InRange(Clusters[i].Delta0, 1, 2047);
                Assert.Equal((head + 1 < heads.Count ? heads[head + 1] : Clusters.Count) - i, Clusters[i].Delta1);
            }
        }
    }

    private byte[] ReadExtent(ErofsCluster cluster, int length)
    {
        var block = Bytes(cluster.Block * (long)BlockSize, BlockSize);
        if (cluster.Type == 0)
        {
            Assert.InRange(length, 1, BlockSize);
            Assert.True(block.AsSpan(length).IndexOfAnyExcept((byte)0) < 0, "Something follows the bytes of a plain block.");
            return block[..length];
        }

        var data = Lz4Specification.Decode(block.AsSpan(block.AsSpan().IndexOfAnyExcept((byte)0)));
        Assert.Equal(length, data.Length);
        return data;
    }

    private byte[] Bytes(long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, _image.Read(offset, bytes));
        return bytes;
    }
}
