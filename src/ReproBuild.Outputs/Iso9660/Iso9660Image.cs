using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>An ISO 9660 volume (ECMA-119, level 3) with Rock Ridge, and with Joliet and El Torito where asked for.</summary>
public sealed class Iso9660Image
{
    private readonly Iso9660Layout _layout;

    internal Iso9660Image(FileContent content, Iso9660Layout layout) => (Content, _layout) = (content, layout);

    /// <summary>The volume, composed of its structures and of the files by reference.</summary>
    public FileContent Content { get; }

    /// <summary>Lays out a volume. Everything but extended attributes is kept; nothing is read but what the options make.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputFormatException">
    /// The volume cannot hold the tree: a name of more than 255 bytes, a link target that is empty or longer than 4,095, a NUL in either, two names that Joliet cannot tell apart, a file of more than about
    /// 400 GiB, a subdirectory of a directory beyond number 65,535, more than 8 TiB.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Iso9660Image Create(FileTree tree, Iso9660Options options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        IsoLimits.Check(tree, options.FormatName);
        return new IsoComposer(tree, options).Compose(cancellationToken);
    }

    /// <inheritdoc cref="Iso9660Layout.OffsetOf"/>
    public long OffsetOf(ByteString path) => _layout.OffsetOf(path);
}
