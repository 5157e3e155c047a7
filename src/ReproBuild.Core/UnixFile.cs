using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ReproBuild;

/// <summary>The calls of Linux and macOS that .NET has no method for.</summary>
internal static class UnixFile
{
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int AccessDenied = 13;
    private const int NotDirectory = 20;
    private const int IsDirectory = 21;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    // linux/stat.h: the structure is the same on every processor.
    private const int EmptyPath = 0x1000;
    private const uint TypeMask = 1;
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;

    // 0600.
    private const uint PrivateMode = 0x180;

    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Opens whatever is there for reading, a directory too, and never waits for the other end of a pipe.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        // O_RDONLY is 0; O_NONBLOCK, O_NOCTTY and O_CLOEXEC, which have these values on every processor that .NET runs on.
        var flags = OperatingSystem.IsMacOS() ? 0x4 | 0x20000 | 0x1000000 : 0x800 | 0x100 | 0x80000;
        var name = Encoding.UTF8.GetBytes(Path.GetFullPath(path) + '\0');
        int descriptor;
        while ((descriptor = Open(name, flags)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failure(error, path);
            }
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Opens a new file without a name, private to the user: it is gone when it is closed, however the process ends. Null where the system or the
    /// file system has none.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static SafeFileHandle? TryCreateUnnamed(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // O_TMPFILE, with O_RDWR and O_CLOEXEC. Its part O_DIRECTORY differs between processors; how a file is opened reaches no output.
#pragma warning disable RS0030
        var isDirectory = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x4000 : 0x10000;
#pragma warning restore RS0030
        var flags = 0x400000 | isDirectory | 0x2 | 0x80000;
        var name = Encoding.UTF8.GetBytes(Path.GetFullPath(directory) + '\0');
        int descriptor;
        while ((descriptor = Open(name, flags, PrivateMode)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotSupported or IsDirectory or InvalidArgument)
            {
                return null;
            }

            if (error != Interrupted)
            {
                throw Failure(error, directory);
            }
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>The type and the mode as <c>stat</c> gives them, or null where the system's C library has no call for it.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static int? Mode(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var status = new byte[StatxSize];
        try
        {
            return Statx(handle, [0], EmptyPath, TypeMask, status) == 0
                ? BitConverter.ToUInt16(status, StatxModeOffset)
                : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
        catch (EntryPointNotFoundException)
        {
            // musl before 1.2.5.
            return null;
        }
    }

    private static Exception Failure(int error, string path)
    {
        var message = $"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NoEntry => new FileNotFoundException(message, path),
            NotDirectory => new DirectoryNotFoundException(message),
            AccessDenied or NotPermitted => new UnauthorizedAccessException(message),
            _ => new IOException(message),
        };
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle directory, byte[] path, int flags, uint mask, byte[] status);
}
