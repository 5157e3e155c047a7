namespace ReproBuild.Core.Layers;

/// <summary>The names that have a special meaning in a layer (OCI image specification 1.1, layer.md, "Whiteouts").</summary>
internal static class WhiteoutName
{
    /// <summary>Removes the sibling that is named after the prefix.</summary>
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Removes everything that lower layers have in the directory.</summary>
    public static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    /// <summary>The prefix of AUFS's own files, such as <c>.wh..wh.plnk</c>; the opaque whiteout has it too.</summary>
    public static ReadOnlySpan<byte> MetadataPrefix => ".wh..wh."u8;

    public static bool IsWhiteout(ByteString name) => name.Span.StartsWith(Prefix);

    public static bool IsOpaque(ByteString name) => name.Span.SequenceEqual(Opaque);

    public static bool IsMetadata(ByteString name) => name.Span.StartsWith(MetadataPrefix) && !IsOpaque(name);

    /// <summary>The name that a whiteout removes.</summary>
    public static ByteString Target(ByteString name)
    {
        var target = name.Span[Prefix.Length..];
        return target.IsEmpty || target.SequenceEqual("."u8) || target.SequenceEqual(".."u8)
            ? throw new IntegrityException($"the whiteout '{name.Shown()}' names no file")
            : new ByteString(target);
    }
}
