using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests.Cache;

public sealed class ReferenceIndexTests : IAsyncLifetime
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();
    private byte[] _old = [];
    private byte[] _new = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _old = await TestTar.OfAsync("etc/name", "old");
        _new = await TestTar.OfAsync("etc/name", "new");
    }

    public ValueTask DisposeAsync()
    {
        _cached.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadAsync(TagResolution policy = TagResolution.CacheFirst, string reference = Reference) =>
        CachedImages.Content(await _cached.ReadLayerAsync(reference, policy));

    [Fact]
    public async Task A_tag_keeps_its_digest_until_the_caller_asks_to_pull()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        Assert.Equal(_old, await ReadAsync());
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        Assert.Equal(_old, await ReadAsync());
        Assert.Equal(_new, await ReadAsync(TagResolution.Refresh));
        Assert.Equal(_new, await ReadAsync());
    }

    [Fact]
    public async Task What_other_tools_are_told_already_is_not_written_again()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        await File.AppendAllTextAsync(_cached.Paths.IndexFile, "\n\n", Cancel);
        var written = await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel);
        File.Delete(_cached.Paths.Tag(Reference));
        await ReadAsync();
        Assert.True(File.Exists(_cached.Paths.Tag(Reference)));
        Assert.Equal(written, await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel));
    }

    [Fact]
    public async Task A_cache_is_the_same_on_a_file_system_that_ignores_case()
    {
        const string Upper = "registry.test/image:V1", Lower = "registry.test/image:v1";
        _cached.AddImage(Upper, TestImages.Tar, _old, _old);
        _cached.AddImage(Lower, TestImages.Tar, _new, _new);
        await ReadAsync(reference: Upper);
        await ReadAsync(reference: Lower);

        Assert.Equal(_old, await ReadAsync(TagResolution.CacheOnly, Upper));
        Assert.Equal(_new, await ReadAsync(TagResolution.CacheOnly, Lower));
        var names = Directory.EnumerateFileSystemEntries(_cached.CacheDirectory, "*", SearchOption.AllDirectories).Select(static path => Path.GetFileName(path));
        Assert.All(names, static name => Assert.Equal(name.ToLowerInvariant(), name));
    }

    [Fact]
    public async Task One_source_sees_one_image_even_when_the_tag_moves_meanwhile()
    {
        var source = _cached.OpenSource(TagResolution.Refresh);
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await CachedImages.ReadLayerAsync(source, Reference, Cancel);
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        Assert.Equal(_old, CachedImages.Content(await CachedImages.ReadLayerAsync(source, Reference, Cancel)));
    }

    [Fact]
    public async Task An_offline_build_takes_all_from_the_cache_or_says_what_is_missing()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() => ReadAsync(TagResolution.CacheOnly));
        Assert.Contains(
            $"{Reference} is not in the image cache, and RegistryOptions.Offline forbids asking registry.test",
            error.Message,
            StringComparison.Ordinal);

        await ReadAsync();
        var asked = _cached.Images.Requests.Count;
        Assert.Equal(_old, await ReadAsync(TagResolution.CacheOnly));
        Assert.Equal(asked, _cached.Images.Requests.Count);
    }

    [Fact]
    public async Task The_index_is_sorted_and_depends_on_the_images_alone()
    {
        string[] references = ["registry.test/b:1", "registry.test/a:2", "registry.test/a:10"];
        foreach (var reference in references)
        {
            _cached.AddImage(reference, TestImages.Tar, _old, _old);
            await ReadAsync(reference: reference);
        }

        var digest = await ImageDigestAsync();
        var size = _cached.Images.Blobs[digest.ToString()].Length;
        var entries = references.Order(StringComparer.Ordinal).Select(name =>
            $$"""{"annotations":{"org.opencontainers.image.ref.name":"{{name}}"}"""
            + $$""","digest":"{{digest}}","mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{size}}}""");
        Assert.Equal(
            $$"""{"manifests":[{{string.Join(",", entries)}}],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}""",
            await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel));
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", await File.ReadAllTextAsync(_cached.Paths.LayoutFile, Cancel));
    }

    private async Task<Digest> ImageDigestAsync() =>
        (await _cached.OpenSource().GetImageAsync(ImageReference.Parse("registry.test/b:1"), Platform.Linux("amd64"), Cancel)).Digest;

    [Fact]
    public async Task What_others_recorded_stays()
    {
        Directory.CreateDirectory(_cached.CacheDirectory);
        var foreign = $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest.OfSha256("x"u8)}}","size":1"""
            + ""","platform":{"os":"linux","architecture":"s390x"},"custom":[1]}]}""";
        await File.WriteAllTextAsync(_cached.Paths.IndexFile, foreign, Cancel);
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        var index = await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel);
        Assert.Contains("\"custom\":[1]", index, StringComparison.Ordinal);
        Assert.Contains("s390x", index, StringComparison.Ordinal);
        Assert.Contains(Reference, index, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_index_changes_nothing_for_builds_and_is_made_anew_with_what_is_recorded_next()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        await File.WriteAllTextAsync(_cached.Paths.IndexFile, "{", Cancel);
        Assert.Equal(_old, await ReadAsync(TagResolution.CacheOnly));
        _cached.AddImage(Reference, TestImages.Tar, _new, _new);
        Assert.Equal(_new, await ReadAsync(TagResolution.Refresh));
        Assert.Contains(Reference, await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_made_at_the_same_time_are_all_kept()
    {
        var names = Enumerable.Range(0, 24).Select(static i => $"registry.test/image{i}:1").ToArray();
        foreach (var name in names)
        {
            _cached.AddImage(name, TestImages.Tar, _old, _old);
        }

        await Task.WhenAll(names.Chunk(4).SelectMany(chunk =>
        {
            var source = _cached.OpenSource();
            return chunk.Select(name => CachedImages.ReadLayerAsync(source, name, Cancel));
        }));
        var index = await File.ReadAllTextAsync(_cached.Paths.IndexFile, Cancel);
        Assert.All(names, name => Assert.Contains($"\"{name}\"", index, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cache_is_an_image_layout_for_other_readers()
    {
        _cached.AddImage(Reference, TestImages.Tar, _old, _old);
        await ReadAsync();
        using var layout = new OciLayoutImageSource(_cached.CacheDirectory, _cached.Directory["other"]);
        var image = await layout.GetImageAsync(ImageReference.Parse(Reference), Platform.Linux("amd64"), Cancel);
        Assert.Equal(_old, CachedImages.Content(await image.GetLayerAsync(0, null, Cancel)));
        Assert.False(Directory.Exists(Path.Combine(_cached.Directory["other"], "blobs")), "Blobs of a layout were copied.");
    }
}
