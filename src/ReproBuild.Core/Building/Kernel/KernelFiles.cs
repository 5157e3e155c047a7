using ReproBuild.Core.FileSystem;

namespace ReproBuild;

/// <summary>What boots the root file system.</summary>
/// <param name="Kernel">The kernel: the root's <c>boot/kernel</c>.</param>
/// <param name="CommandLine">The kernel command line, without a newline.</param>
/// <param name="Microcode">The uncompressed cpio archive of CPU microcode, or null.</param>
public sealed record KernelFiles(FileContent Kernel, string CommandLine, FileContent? Microcode);
