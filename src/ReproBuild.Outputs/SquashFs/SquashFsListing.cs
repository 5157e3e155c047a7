using System.Collections.Immutable;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.SquashFs;

/// <summary>Where the entries of a directory lie in the directory table.</summary>
/// <param name="Start">Where the first header begins.</param>
/// <param name="Length">The length in bytes, uncompressed.</param>
/// <param name="Index">Headers to begin a search at, the first one aside.</param>
internal sealed record SquashFsListing(SquashFsReference Start, long Length, ImmutableArray<SquashFsIndexEntry> Index);

/// <summary>A header of a directory that begins in another metadata block than the one before.</summary>
/// <param name="Offset">Where the header begins in the listing, in bytes, uncompressed.</param>
/// <param name="Block">Where its metadata block begins in the directory table.</param>
/// <param name="Name">The first name after the header.</param>
internal readonly record struct SquashFsIndexEntry(long Offset, uint Block, ByteString Name);

/// <summary>A name as its directory lists it.</summary>
/// <param name="Entry">The name.</param>
/// <param name="Number">The number of its inode.</param>
/// <param name="Inode">Where its inode lies in the inode table.</param>
internal readonly record struct SquashFsListedName(FileTreeEntry Entry, uint Number, SquashFsReference Inode);
