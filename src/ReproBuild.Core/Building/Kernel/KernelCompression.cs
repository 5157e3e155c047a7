namespace ReproBuild.Core.Building.Kernel;

/// <summary>How a kernel can be compressed.</summary>
internal enum KernelCompression
{
    None,
    Gzip,
    Bzip2,
    Lzma,
    Xz,
    Lzo,
    Lz4,
    Zstandard,
}
