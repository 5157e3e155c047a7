using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using ReproBuild.Core.Compression;
using ReproBuild.Core.Pieces;
using ReproBuild.Registry.Cache;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Cache;

/// <summary>Compressed pieces in the cache: they come back as they were given, or not at all.</summary>
public sealed class PieceStoreTests : IDisposable
{
    private const int MaxPiece = 4096;

    private static readonly byte[] Key = SHA256.HashData("key"u8);
    private static readonly byte[] OtherKey = SHA256.HashData("other key"u8);
    private static readonly CheckedLength Input = new(123_456, 0x89ABCDEF);

    private readonly TestDirectory _directory = new();
    private readonly RecordingLogger _logger = new();
    private readonly ImmediateTime _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<TemporaryFiles> _temporary = [];

    private CachePaths Paths => new(_directory["cache"]);

    public void Dispose()
    {
        _temporary.ForEach(static temporary => temporary.Dispose());
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MaxPiece)]
    public void A_piece_comes_back_as_it_was_given(int length)
    {
        var encoded = RandomNumberGenerator.GetBytes(length);
        Open().Write(Key, Input, encoded);

        Assert.Equal(new KeptPiece(length, Input), Read(Open(), Key, out var bytes));
        Assert.Equal(encoded, bytes);
        Assert.Null(Read(Open(), OtherKey, out _));
        Assert.Equal("", _logger.Text);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found()
    {
        Open().Write(Key, Input, [1, 2, 3, 4, 5]);
        var path = Paths.Piece(Key);
        var content = File.ReadAllBytes(path);
        for (var bit = 0; bit < content.Length * 8; bit++)
        {
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, content);
            Assert.Null(Read(Open(), Key, out _));
            content[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        File.WriteAllBytes(path, content);
        Assert.NotNull(Read(Open(), Key, out _));
    }

    [Fact]
    public void A_file_that_is_cut_grown_or_of_another_piece_is_found_and_made_again()
    {
        Open().Write(Key, Input, [1, 2, 3, 4, 5]);
        Open().Write(OtherKey, Input, [6]);
        var path = Paths.Piece(Key);
        var content = File.ReadAllBytes(path);
        foreach (var damaged in (byte[][])[[], content[..^1], content[..50], [.. content, 0], File.ReadAllBytes(Paths.Piece(OtherKey))])
        {
            File.WriteAllBytes(path, damaged);
            Assert.Null(Read(Open(), Key, out _));
            Open().Write(Key, Input, [1, 2, 3, 4, 5]);
            Assert.NotNull(Read(Open(), Key, out _));
        }
    }

    [Fact]
    public void A_piece_that_is_longer_than_it_can_be_is_not_read()
    {
        Open().Write(Key, Input, new byte[MaxPiece + 1]);

        Assert.Null(Read(Open(), Key, out _));
    }

    [Fact]
    public void What_was_not_used_for_longest_is_deleted_when_there_is_too_much()
    {
        var keys = Enumerable.Range(0, 40).Select(static i => SHA256.HashData([(byte)i])).ToArray();
        var store = Open(maxSize: 20_000);
        foreach (var key in keys)
        {
            store.Write(key, Input, RandomNumberGenerator.GetBytes(1000));
            _clock.Advance(TimeSpan.FromDays(1));
            Read(store, keys[3], out _);
            var file = new FileInfo(Paths.Piece(key));
            file.LastWriteTimeUtc = file.Exists ? _clock.GetUtcNow().UtcDateTime.AddHours(-1) : default;
        }

        var left = keys.Select(key => Read(Open(maxSize: 20_000), key, out _) is not null).ToList();
        Assert.True(left[3], "The one that was used again and again is gone.");
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i == 3 || i >= 40 - left.Count(static kept => kept) + 1), left);
        Assert.InRange(left.Count(static kept => kept), 15, 21);
    }

    [Fact]
    public void What_earlier_builds_left_counts_too()
    {
        for (byte i = 0; i < 20; i++)
        {
            Open().Write(SHA256.HashData([i]), Input, new byte[1000]);
        }

        Open(maxSize: 5000).Write(Key, Input, new byte[1000]);

        Assert.InRange(Directory.EnumerateFiles(Paths.Pieces, "*", SearchOption.AllDirectories).Sum(static path => new FileInfo(path).Length), 1000, 5000);
    }

    [Fact]
    public void Nothing_is_kept_where_nothing_may_be()
    {
        Open(maxSize: 0).Write(Key, Input, [1]);

        Assert.False(Directory.Exists(Paths.Pieces));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_told_once_and_does_no_harm()
    {
        Directory.CreateDirectory(_directory["cache"]);
        File.WriteAllText(_directory["cache/reprobuild"], "in the way");
        var store = Open();
        store.Write(Key, Input, [1]);
        store.Write(OtherKey, Input, [1]);

        Assert.Null(Read(store, Key, out _));
        Assert.Equal(2, _logger.Text.Split("Cannot write").Length);
    }

    [Fact]
    public void The_directory_may_go_at_any_time()
    {
        var store = Open();
        store.Write(Key, Input, [1]);
        Directory.Delete(Paths.Pieces, recursive: true);
        Assert.Null(Read(store, Key, out _));

        store.Write(Key, Input, [1]);
        Assert.NotNull(Read(store, Key, out _));
    }

    [Fact]
    public void A_link_in_the_place_of_the_directory_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege.");
        Directory.CreateDirectory(_directory["elsewhere"]);
        Directory.CreateDirectory(Path.GetDirectoryName(Paths.Pieces)!);
        Directory.CreateSymbolicLink(Paths.Pieces, _directory["elsewhere"]);

        Assert.Throws<CacheException>(() => Read(Open(), Key, out _));
        Open().Write(Key, Input, [1]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["elsewhere"]));
    }

    [Fact]
    public void Every_source_with_a_cache_has_a_place_for_pieces_in_it()
    {
        using var registry = new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["cache"], UseDockerCredentials = false });
        using var layout = new OciLayoutImageSource(_directory["layout"], _directory["cache"]);
        using var composite = new CompositeImageSource(new EmptyImageSource(), layout);
        using var nothing = new OciLayoutImageSource(_directory["layout"], _directory["other"], maxPieceCacheSize: 0);
        using var none = new CompositeImageSource(new EmptyImageSource());
        ((IPieceStoreOwner)registry).Pieces!.Write(Key, Input, [1, 2]);
        ((IPieceStoreOwner)nothing).Pieces!.Write(Key, Input, [1, 2]);

        foreach (IPieceStoreOwner owner in (IPieceStoreOwner[])[registry, layout, composite])
        {
            Assert.Equal(new KeptPiece(2, Input), owner.Pieces!.TryRead(Key, new byte[MaxPiece]));
        }

        Assert.Null(((IPieceStoreOwner)nothing).Pieces!.TryRead(Key, new byte[MaxPiece]));
        Assert.Null(((IPieceStoreOwner)none).Pieces);
    }

    private static KeptPiece? Read(PieceStore store, byte[] key, out byte[] encoded)
    {
        var destination = new byte[MaxPiece];
        var piece = store.TryRead(key, destination);
        encoded = destination[..(piece?.EncodedLength ?? 0)];
        return piece;
    }

    private PieceStore Open(long maxSize = 1 << 30)
    {
        var directory = new CacheDirectory(Paths, NullLogger.Instance);
        _temporary.Add(new TemporaryFiles(Paths, directory));
        return new PieceStore(Paths, directory, _temporary[^1], maxSize, _clock, _logger);
    }

    private sealed class EmptyImageSource : IImageSource
    {
        public Task<IImage> GetImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
            throw new ImageNotFoundException(reference, "It is empty.");

        public Task<OciArtifact> GetArtifactAsync(
            ImageReference reference, ImmutableArray<Platform> platforms, CancellationToken cancellationToken) =>
            throw new ImageNotFoundException(reference, "It is empty.");
    }
}
