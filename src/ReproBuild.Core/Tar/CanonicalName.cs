using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tar;

/// <summary>The one way to write a path in a canonical archive: relative, without <c>.</c> and empty components.</summary>
internal static class CanonicalName
{
    /// <summary>The path of a name, without a slash at either end; empty for the root.</summary>
    /// <exception cref="IntegrityException">The name contains a <c>..</c> component.</exception>
    public static ByteString PathOf(ByteString name)
    {
        var path = ByteString.Empty;
        foreach (var range in name.Span.Split((byte)'/'))
        {
            var component = name.Span[range];
            if (component.SequenceEqual(".."u8))
            {
                throw new IntegrityException(
                    $"The tar archive contains the name '{name.Shown()}', whose '..' leads out of its directory. Make the archive again.");
            }

            if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                path = TreePath.Join(path, new ByteString(component));
            }
        }

        return path;
    }

    /// <summary>The name of an entry with this path: a directory's ends in a slash, and the root's is <c>./</c>.</summary>
    /// <exception cref="IntegrityException">The root is not a directory.</exception>
    public static ByteString Of(ByteString path, TarEntryType type) => (type, path.IsEmpty) switch
    {
        (TarEntryType.Directory, true) => "./",
        (TarEntryType.Directory, false) => ByteString.Concat(path, "/"),
        (_, true) => throw new IntegrityException("The tar archive's root is not a directory. Make the archive again."),
        _ => path,
    };
}
