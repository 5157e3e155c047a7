namespace ReproBuild.Core.Compression;

/// <summary>A run of bytes that occurred before; a length of 0 means none.</summary>
internal readonly record struct Match(int Length, int Distance);
