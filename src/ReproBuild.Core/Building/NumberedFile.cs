using System.Globalization;

namespace ReproBuild.Core.Building;

/// <summary>A new file with the first free number in its name, which no other build that works in the same directory gets too.</summary>
internal static class NumberedFile
{
    private const int FileExistsErrno = 17;
    private const int FileExistsWindows = unchecked((int)0x80070050);

    /// <param name="directory">Where the file goes.</param>
    /// <param name="prefix">What its name has before the number.</param>
    /// <param name="suffix">What its name has behind the number.</param>
    /// <param name="options">How it is opened; the mode is <see cref="FileMode.CreateNew"/>.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static FileStream Create(string directory, string prefix, string suffix, FileStreamOptions options)
    {
        options.Mode = FileMode.CreateNew;
        for (var number = 0; ; number++)
        {
            try
            {
                return new FileStream(Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}{suffix}")), options);
            }
            catch (IOException e) when (e.HResult is FileExistsErrno or FileExistsWindows)
            {
                // Another build's file, which may be gone by now: its existence cannot be asked for again.
            }
        }
    }
}
