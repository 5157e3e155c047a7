namespace ReproBuild.Outputs.Erofs;

/// <summary>The prefix of an extended attribute's name, for which a number stands on disk (EROFS_XATTR_INDEX_*).</summary>
/// <param name="Index">The number.</param>
/// <param name="Text">The prefix.</param>
/// <param name="IsWholeName">Whether nothing follows.</param>
internal sealed record ErofsXattrPrefix(byte Index, ByteString Text, bool IsWholeName)
{
    private static readonly ErofsXattrPrefix[] _all =
    [
        new(1, "user.", false),
        new(2, "system.posix_acl_access", true),
        new(3, "system.posix_acl_default", true),
        new(4, "trusted.", false),
        new(6, "security.", false),
    ];

    /// <summary>The prefix of a name, or null when the format has none for it.</summary>
    public static ErofsXattrPrefix? Find(ByteString name) => Array.Find(_all, prefix => prefix.Fits(name));

    private bool Fits(ByteString name) =>
        name.Span.StartsWith(Text.Span) && (IsWholeName ? name.Length == Text.Length : name.Length > Text.Length);
}
