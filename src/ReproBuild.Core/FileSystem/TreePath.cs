using System.Buffers;

namespace ReproBuild.Core.FileSystem;

/// <summary>Operations on slash-separated paths of bytes.</summary>
internal static class TreePath
{
    /// <summary>Compares component by component: a directory comes right before its entries.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // A component that ends here is a prefix of the other's, so it comes first: a slash sorts before every byte.
        return (left[common], right[common]) switch
        {
            ((byte)'/', _) => -1,
            (_, (byte)'/') => 1,
            var (l, r) => l.CompareTo(r),
        };
    }

    /// <summary>The components of a path; empty ones and <c>.</c> are dropped, <c>..</c> is kept.</summary>
    public static List<ByteString> Split(ByteString path)
    {
        var components = new List<ByteString>();
        foreach (var range in path.Span.Split((byte)'/'))
        {
            var component = path.Span[range];
            if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                components.Add(new ByteString(component));
            }
        }

        return components;
    }

    /// <summary>Whether a component is <c>..</c>.</summary>
    public static bool IsParent(ByteString component) => component.Span.SequenceEqual(".."u8);

    /// <summary>Joins a directory's path and a name.</summary>
    public static ByteString Join(ByteString directory, ByteString name) =>
        directory.IsEmpty ? name : ByteString.Concat(directory, Slash, name);

    /// <summary>Joins components into a path.</summary>
    public static ByteString Join(List<ByteString> components)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var component in components)
        {
            bytes.Write(bytes.WrittenCount == 0 ? [] : "/"u8);
            bytes.Write(component.Span);
        }

        return new ByteString(bytes.WrittenSpan);
    }

    private static readonly ByteString Slash = new("/"u8);
}
