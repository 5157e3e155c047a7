using Microsoft.Win32.SafeHandles;

namespace ReproBuild.Core.FileSystem;

/// <summary>A blob over a file of the host, which must not change while the blob is in use.</summary>
public sealed class FileBlob : Blob, IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public FileBlob(string path)
    {
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.None);
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
    public override int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();
}
