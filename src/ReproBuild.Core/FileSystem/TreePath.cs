namespace ReproBuild.Core.FileSystem;

/// <summary>Operations on slash-separated paths of bytes.</summary>
internal static class TreePath
{
    /// <summary>Compares component by component: a directory comes right before what it holds.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // A component that ends here is a prefix of the other's, so it comes first: the slash orders below every byte.
        return (left[common], right[common]) switch
        {
            ((byte)'/', _) => -1,
            (_, (byte)'/') => 1,
            var (l, r) => l.CompareTo(r),
        };
    }

    /// <summary>Joins a directory's path and a name.</summary>
    public static ByteString Join(ByteString directory, ByteString name) =>
        directory.IsEmpty ? name : ByteString.Concat(directory, Slash, name);

    private static readonly ByteString Slash = new("/"u8);
}
