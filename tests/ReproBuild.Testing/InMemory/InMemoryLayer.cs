using System.Buffers;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;

namespace ReproBuild.Testing.InMemory;

/// <summary>A layer made from entries.</summary>
public sealed class InMemoryLayer
{
    private readonly List<TarEntry> _entries = [];
    private readonly ArrayBufferWriter<byte> _data = new();

    public InMemoryLayer File(string path, string text, UnixFileMode mode = (UnixFileMode)0b110_100_100, uint uid = 0, uint gid = 0) =>
        File(path, System.Text.Encoding.UTF8.GetBytes(text), mode, uid, gid);

    public InMemoryLayer File(string path, byte[] content, UnixFileMode mode = (UnixFileMode)0b110_100_100, uint uid = 0, uint gid = 0)
    {
        _entries.Add(new TarEntry
        {
            Type = TarEntryType.RegularFile,
            Name = path,
            Mode = mode,
            UserId = uid,
            GroupId = gid,
            Size = content.Length,
            DataOffset = _data.WrittenCount,
        });
        _data.Write(content);
        return this;
    }

    public InMemoryLayer Directory(string path, UnixFileMode mode = (UnixFileMode)0b111_101_101, uint uid = 0, uint gid = 0) =>
        Add(new TarEntry { Type = TarEntryType.Directory, Name = path, Mode = mode, UserId = uid, GroupId = gid });

    public InMemoryLayer SymbolicLink(string path, string target) =>
        Add(new TarEntry { Type = TarEntryType.SymbolicLink, Name = path, LinkName = target, Mode = (UnixFileMode)0b111_111_111 });

    public InMemoryLayer HardLink(string path, string target) =>
        Add(new TarEntry { Type = TarEntryType.HardLink, Name = path, LinkName = target });

    public InMemoryLayer Add(TarEntry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public Layer Build()
    {
        var data = _data.WrittenSpan.ToArray();
        return new Layer(Digest.OfSha256(data), Blob.FromBytes(data), new LayerIndex([.. _entries]));
    }
}
