using Microsoft.Win32.SafeHandles;

namespace ReproBuild.Core.FileSystem;

/// <summary>A blob over a regular file of the host, which must not change while the blob is in use.</summary>
public sealed class FileBlob : Blob, IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>The file, if it is one that somebody else may change.</summary>
    private readonly string? _path;

    /// <summary>Opens the file for reading.</summary>
    /// <param name="path">The file, or a symbolic link to it.</param>
    /// <exception cref="IOException">
    /// The file cannot be opened, or is no regular file: a directory, a pipe, a device, or one that the kernel makes up as it is read.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public FileBlob(string path)
    {
        _path = path;
        _handle = RegularFile.Open(path);
        Length = RandomAccess.GetLength(_handle);
    }

    /// <summary>Reads through a handle that is already open, and closes it when the blob is disposed.</summary>
    /// <exception cref="IOException">The length cannot be read.</exception>
    public FileBlob(SafeFileHandle handle)
    {
        _handle = handle;
        Length = RandomAccess.GetLength(_handle);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The bytes cannot be read, or the file that was opened by its path has another length now.</exception>
    public override int Read(long offset, Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, Math.Max(0, Length - offset))];
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(_handle, buffer[total..], offset + total) is > 0 and var count)
        {
            total += count;
        }

        if (_path is not null && buffer.Length > 0 && (total < buffer.Length || offset + total == Length))
        {
            RegularFile.CheckUnchanged(_handle, _path, Length, offset + total);
        }

        return total;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();
}
