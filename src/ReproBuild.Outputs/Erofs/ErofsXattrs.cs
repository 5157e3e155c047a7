using System.Buffers.Binary;
using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Erofs.ErofsConstants;

namespace ReproBuild.Outputs.Erofs;

/// <summary>
/// The extended attributes that follow an inode (erofs_xattr_ibody_header and erofs_xattr_entry), in the order of the tree; none is shared.
/// </summary>
internal static class ErofsXattrs
{
    /// <summary>Whether the format has a prefix for a name.</summary>
    public static bool Holds(ByteString name) => ErofsXattrPrefix.Find(name) is not null;

    /// <summary>Those of an inode that the format holds.</summary>
    public static ImmutableArray<ExtendedAttribute> Of(Inode inode) =>
        inode.ExtendedAttributes.RemoveAll(static attribute => !Holds(attribute.Name));

    /// <summary>The size in bytes; 0 when there are none.</summary>
    public static long Measure(ImmutableArray<ExtendedAttribute> attributes) =>
        attributes.IsEmpty ? 0 : XattrHeaderSize + attributes.Sum(static attribute => (long)EntrySize(attribute));

    /// <summary>i_xattr_icount for a size.</summary>
    public static ushort CountOf(int size) => (ushort)(size == 0 ? 0 : ((size - XattrHeaderSize) / XattrAlignment) + 1);

    /// <summary>Encodes into a span of the measured size. The header stays zero: no filter, no shared attributes.</summary>
    public static void Encode(ImmutableArray<ExtendedAttribute> attributes, Span<byte> area)
    {
        area.Clear();
        var rest = attributes.IsEmpty ? area : area[XattrHeaderSize..];
        foreach (var attribute in attributes)
        {
            EncodeEntry(attribute, rest);
            rest = rest[EntrySize(attribute)..];
        }
    }

    private static void EncodeEntry(ExtendedAttribute attribute, Span<byte> entry)
    {
        var prefix = ErofsXattrPrefix.Find(attribute.Name)!;
        var name = attribute.Name.Span[prefix.Text.Length..];
        entry[0] = (byte)name.Length;
        entry[1] = prefix.Index;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)attribute.Value.Length);
        name.CopyTo(entry[XattrEntrySize..]);
        attribute.Value.Span.CopyTo(entry[(XattrEntrySize + name.Length)..]);
    }

    private static int EntrySize(ExtendedAttribute attribute)
    {
        var prefix = ErofsXattrPrefix.Find(attribute.Name)!;
        var size = XattrEntrySize + attribute.Name.Length - prefix.Text.Length + attribute.Value.Length;
        return (size + XattrAlignment - 1) / XattrAlignment * XattrAlignment;
    }
}

/// <summary>The prefix of an extended attribute's name, for which a number stands on disk (EROFS_XATTR_INDEX_*).</summary>
/// <param name="Index">The number.</param>
/// <param name="Text">The prefix.</param>
/// <param name="IsWholeName">Whether nothing follows.</param>
internal sealed record ErofsXattrPrefix(byte Index, ByteString Text, bool IsWholeName)
{
    private static readonly ErofsXattrPrefix[] All =
    [
        new(1, "user.", false),
        new(2, "system.posix_acl_access", true),
        new(3, "system.posix_acl_default", true),
        new(4, "trusted.", false),
        new(6, "security.", false),
    ];

    /// <summary>The prefix of a name, or null when the format has none for it.</summary>
    public static ErofsXattrPrefix? Find(ByteString name) => Array.Find(All, prefix => prefix.Fits(name));

    private bool Fits(ByteString name) =>
        name.Span.StartsWith(Text.Span) && (IsWholeName ? name.Length == Text.Length : name.Length > Text.Length);
}
