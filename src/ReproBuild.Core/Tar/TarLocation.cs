namespace ReproBuild.Core.Tar;

/// <summary>A place in an archive that is being read, for messages.</summary>
/// <param name="Offset">The offset in the archive, in bytes.</param>
/// <param name="Name">The entry's name, as far as known; may be empty.</param>
internal readonly record struct TarLocation(long Offset, ByteString Name = default)
{
    public IntegrityException Malformed(string problem) => new(Describe($"is malformed: {problem}. Make the archive again."));

    public IntegrityException Unsupported(string problem) => new(Describe($"cannot be read: {problem}."));

    public IntegrityException TooLarge(string what, long count, string limit, long maximum) =>
        new(Describe($"exceeds a limit: {what} {count}, and {limit} is {maximum}. Raise the limit if the archive is trusted."));

    private string Describe(string problem) =>
        Name.IsEmpty ? $"The tar archive {problem} (At byte {Offset}.)" : $"The tar archive {problem} (At byte {Offset}, entry '{Name.Shown()}'.)";
}
