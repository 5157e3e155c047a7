namespace ReproBuild.Outputs.Erofs;

/// <summary>How the files of an EROFS image are compressed.</summary>
public enum ErofsCompression
{
    /// <summary>Not at all, as LinuxKit's images.</summary>
    None = 0,

    /// <summary>LZ4 blocks, which every kernel that compresses EROFS reads: Linux 5.4 and later.</summary>
    Lz4 = 1,
}
