using Microsoft.Win32.SafeHandles;

namespace ReproBuild;

/// <summary>Opens files of the host that must be files: regular ones that hold as many bytes as they say.</summary>
/// <remarks>
/// The type is asked of the open handle, so nothing can take the file's place between the question and the reading. A pipe is not
/// waited for. What the kernel makes up while it is read (<c>/proc</c>, <c>/sys</c>) calls itself a regular file, but gives another number of
/// bytes than it says.
/// </remarks>
internal static class RegularFile
{
    private const int TypeBits = 0xF000;
    private const int RegularType = 0x8000;

    /// <summary>Opens a regular file for reading; the caller disposes the handle.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowLink">Whether the path may be a symbolic link to it.</param>
    /// <exception cref="IOException">It is no regular file, or cannot be opened; the message is a sentence that names it.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static SafeFileHandle Open(string path, bool allowLink = true)
    {
        if (!allowLink && File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint))
        {
            throw Refuse(path, "a symbolic link");
        }

        var handle = UnixFile.IsSupported
            ? UnixFile.OpenRead(path)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            CheckType(handle, path);
            CheckLength(handle, path);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The whole of a small regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxLength">How many bytes it may have.</param>
    /// <param name="allowLink">Whether the path may be a symbolic link to it.</param>
    /// <exception cref="IOException">
    /// It is no regular file, has more bytes, changed while it was read, or cannot be read; the message is a sentence that names it.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static byte[] ReadAllBytes(string path, int maxLength, bool allowLink = true)
    {
        using var handle = Open(path, allowLink);
        var length = RandomAccess.GetLength(handle);
        if (length > maxLength)
        {
            throw new IOException($"'{path}' has {length} bytes, more than {maxLength}.");
        }

        var bytes = new byte[length];
        var count = 0;
        while (count < length && RandomAccess.Read(handle, bytes.AsSpan(count), count) is > 0 and var read)
        {
            count += read;
        }

        CheckUnchanged(handle, path, length, count);
        return bytes;
    }

    /// <summary>Whether a file that was read to its end is as long as when it was opened.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">Its name in the error.</param>
    /// <param name="length">Its length when it was opened, in bytes.</param>
    /// <param name="end">Where reading ended.</param>
    /// <exception cref="IOException">It is not.</exception>
    public static void CheckUnchanged(SafeFileHandle handle, string path, long length, long end)
    {
        var now = RandomAccess.GetLength(handle);
        if (now != length || end != length)
        {
            throw new IOException(
                $"'{path}' changed while it was read: it had {length} bytes, of which {end} could be read, and now has {now}. "
                + "Build again when nothing writes to it.");
        }
    }

    private static void CheckType(SafeFileHandle handle, string path)
    {
        if (UnixFile.IsSupported && UnixFile.Mode(handle) is { } mode && (mode & TypeBits) != RegularType)
        {
            throw Refuse(path, Name(mode & TypeBits));
        }
    }

    /// <summary>Reads at the end and beyond it. Where the type is not known, this is also what finds directories, pipes and most devices.</summary>
    private static void CheckLength(SafeFileHandle handle, string path)
    {
        long length;
        try
        {
            length = RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException)
        {
            // It has no positions.
            throw Refuse(path, "a pipe or a device");
        }

        Span<byte> one = stackalloc byte[1];
        if (RandomAccess.Read(handle, one, length) > 0 || (length > 0 && RandomAccess.Read(handle, one, length - 1) == 0))
        {
            throw new IOException(
                $"'{path}' does not hold the {length} bytes that it says: the system makes it up, or something is writing to it. "
                + "Copy it, and give the copy.");
        }
    }

    // sys/stat.h
    private static string Name(int type) => type switch
    {
        0x1000 => "a named pipe (FIFO)",
        0x2000 or 0x6000 => "a device",
        0x4000 => "a directory",
        0xC000 => "a socket",
        _ => "of an unknown type",
    };

    private static IOException Refuse(string path, string type) => new($"'{path}' is {type}, not a regular file.");
}
