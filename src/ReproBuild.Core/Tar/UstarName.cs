namespace ReproBuild.Core.Tar;

/// <summary>The layout of a name in a ustar header: up to 100 bytes, or a prefix of up to 155 before a slash that is in neither field.</summary>
internal static class UstarName
{
    /// <summary>Finds where to split the name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="prefixLength">The length of the longest prefix that leaves a name; 0 if none is needed.</param>
    /// <returns>False when the name does not fit.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> name, out int prefixLength)
    {
        prefixLength = 0;
        if (name.Length <= TarFields.Name.Length)
        {
            return true;
        }

        // The slash that ends a directory's name must stay in the name.
        var longest = Math.Min(name.Length - 2, TarFields.Prefix.Length);
        prefixLength = Math.Max(0, name[..(longest + 1)].LastIndexOf((byte)'/'));
        return prefixLength > 0 && name.Length - prefixLength - 1 <= TarFields.Name.Length;
    }

    /// <summary>Writes as much of the name as fits.</summary>
    public static void Write(Span<byte> block, ReadOnlySpan<byte> name)
    {
        if (TrySplit(name, out var prefixLength) && prefixLength > 0)
        {
            name[..prefixLength].CopyTo(TarFields.Prefix.Of(block));
            name = name[(prefixLength + 1)..];
        }

        name[..Math.Min(name.Length, TarFields.Name.Length)].CopyTo(TarFields.Name.Of(block));
    }
}
