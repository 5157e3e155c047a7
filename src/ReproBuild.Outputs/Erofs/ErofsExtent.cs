namespace ReproBuild.Outputs.Erofs;

/// <summary>A run of a compressed file that one block of the image holds (a physical cluster of one block).</summary>
/// <param name="Length">How many bytes of the file it has: at least a block, unless a segment ends in it.</param>
/// <param name="IsPlain">Whether the block holds the bytes as they are.</param>
internal readonly record struct ErofsExtent(int Length, bool IsPlain);
