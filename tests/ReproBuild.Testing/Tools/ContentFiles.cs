using ReproBuild.Core.FileSystem;

namespace ReproBuild.Testing.Tools;

/// <summary>Content as files of the host, for programs that read files.</summary>
public static class ContentFiles
{
    /// <summary>Writes the content to a file, holes as holes.</summary>
    public static async Task WriteToAsync(this FileContent content, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.SetLength(content.Length);
        var buffer = new byte[1 << 20];
        foreach (var extent in content.Extents)
        {
            file.Position = extent.Offset;
            for (var offset = extent.Offset; offset < extent.Offset + extent.Length;)
            {
                var count = content.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, extent.Offset + extent.Length - offset)));
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                offset += count;
            }
        }
    }

    /// <summary>The whole content in memory.</summary>
    public static byte[] ToArray(this FileContent content)
    {
        var bytes = new byte[content.Length];
        return content.Read(0, bytes) == bytes.Length ? bytes : throw new InvalidOperationException("The content ended early.");
    }
}
