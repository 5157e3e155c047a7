using System.Buffers;
using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.SquashFs.SquashFsConstants;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Sets of extended attributes; inodes with equal sets share one.</summary>
internal sealed class SquashFsXattrTable(SquashFsMetadataWriter pairs)
{
    private const int EntrySize = 16;
    private static readonly ByteString[] Prefixes = ["user.", "trusted.", "security."];

    private readonly Dictionary<ByteString, uint> _indices = [];
    private readonly List<(SquashFsReference Reference, int Count, int Size)> _entries = [];

    public int Count => _entries.Count;

    /// <summary>The names and values.</summary>
    public SquashFsMetadataWriter Pairs => pairs;

    /// <summary>The number that stands for a name's prefix, or -1 when the format has none for it.</summary>
    private static int PrefixOf(ByteString name) =>
        Array.FindIndex(Prefixes, prefix => name.Length > prefix.Length && name.Span.StartsWith(prefix.Span));

    /// <summary>Whether the format has a prefix for a name.</summary>
    public static bool Holds(ByteString name) => PrefixOf(name) >= 0;

    /// <summary>The index of a set, which is added when it is new. Attributes that the format has no prefix for are not part of it.</summary>
    public uint IndexOf(ImmutableArray<ExtendedAttribute> attributes)
    {
        attributes = attributes.RemoveAll(static attribute => !Holds(attribute.Name));
        if (attributes.IsEmpty)
        {
            return None;
        }

        var encoded = new ByteString(Encode(attributes));
        if (!_indices.TryGetValue(encoded, out var index))
        {
            index = (uint)_entries.Count;
            _indices.Add(encoded, index);
            _entries.Add((pairs.Position, attributes.Length, encoded.Length));
            pairs.Append(encoded.Span);
        }

        return index;
    }

    public byte[] EncodeEntries()
    {
        var bytes = new byte[_entries.Count * EntrySize];
        var record = new SquashFsRecord(bytes);
        foreach (var (reference, count, size) in _entries)
        {
            record.UInt64(reference.Value);
            record.UInt32(count);
            record.UInt32(size);
        }

        return bytes;
    }

    private static ReadOnlySpan<byte> Encode(ImmutableArray<ExtendedAttribute> attributes)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in attributes)
        {
            var prefix = PrefixOf(name);
            var rest = name.Span[Prefixes[prefix].Length..];
            var record = new SquashFsRecord(bytes.GetSpan(8 + rest.Length + value.Length));
            record.UInt16(prefix);
            record.UInt16(rest.Length);
            record.Bytes(rest);
            record.UInt32(value.Length);
            record.Bytes(value.Span);
            bytes.Advance(record.Length);
        }

        return bytes.WrittenSpan;
    }
}
