using ReproBuild.Registry.Images;
using ReproBuild.Registry.Tests.Fixtures;

namespace ReproBuild.Registry.Tests;

/// <summary>Every limit that the caller gives is honoured, whichever source reads.</summary>
public sealed class LimitTests : IDisposable
{
    private const string Reference = "registry.test/image:1";

    private readonly CachedImages _cached = new();

    public void Dispose() => _cached.Dispose();

    public static TheoryData<string, InputLimits> Limits => new()
    {
        { nameof(InputLimits.MaxManifestSize), InputLimits.Default with { MaxManifestSize = 50 } },
        { nameof(InputLimits.MaxDescriptors), InputLimits.Default with { MaxDescriptors = 0 } },
        { nameof(InputLimits.MaxImageSize), InputLimits.Default with { MaxImageSize = 10 } },
        { nameof(InputLimits.MaxIndexDepth), InputLimits.Default with { MaxIndexDepth = 1 } },
        { nameof(InputLimits.MaxArchiveEntries), InputLimits.Default with { MaxArchiveEntries = 1 } },
        { nameof(InputLimits.MaxMetadataSize), InputLimits.Default with { MaxMetadataSize = 10 } },
        { nameof(InputLimits.MaxArchiveSize), InputLimits.Default with { MaxArchiveSize = 1000 } },
        { nameof(InputLimits.MaxNameLength), InputLimits.Default with { MaxNameLength = 3 } },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task By_a_source_with_a_cache_of_its_own(string name, InputLimits limits)
    {
        await AddAsync();
        _cached.Limits = limits;
        await AssertExceededAsync(name, _cached.OpenSource(TagResolution.Refresh));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task By_a_layout(string name, InputLimits limits)
    {
        await AddAsync();
        TestLayout.Write(_cached.Directory["layout"], _cached.Images, _cached.Images.Tagged(Reference).Named(Reference));
        using var source = new OciLayoutImageSource(_cached.Directory["layout"], _cached.CacheDirectory, limits: limits);
        await AssertExceededAsync(name, source);
    }

    [Fact]
    public async Task By_the_index_of_a_layout()
    {
        await AddAsync();
        TestLayout.Write(_cached.Directory["layout"], _cached.Images, _cached.Images.Tagged(Reference).Named(Reference));
        var limits = InputLimits.Default with { MaxLayoutImages = 0 };
        using var source = new OciLayoutImageSource(_cached.Directory["layout"], _cached.CacheDirectory, limits: limits);
        await AssertExceededAsync(nameof(InputLimits.MaxLayoutImages), source);
    }

    [Fact]
    public async Task By_the_index_of_an_older_cache_which_is_forgotten()
    {
        await AddAsync();
        await _cached.ReadLayerAsync(Reference);
        Directory.Delete(_cached.Paths.Tags, recursive: true);
        await _cached.ReadLayerAsync(Reference, TagResolution.CacheOnly);
        _cached.Limits = InputLimits.Default with { MaxLayoutImages = 0 };
        await Assert.ThrowsAsync<ImageNotFoundException>(() => _cached.ReadLayerAsync(Reference, TagResolution.CacheOnly));
    }

    [Fact]
    public async Task What_exceeds_a_limit_is_not_recorded()
    {
        await AddAsync();
        _cached.Limits = InputLimits.Default with { MaxDescriptors = 0 };
        await AssertExceededAsync(nameof(InputLimits.MaxDescriptors), _cached.OpenSource());
        Assert.False(File.Exists(_cached.Paths.IndexFile));
    }

    private static async Task AssertExceededAsync(string name, IImageSource source)
    {
        var error = await Assert.ThrowsAsync<IntegrityException>(async () =>
        {
            var image = await source.GetImageAsync(ImageReference.Parse(Reference), Platform.Linux("amd64"), TestContext.Current.CancellationToken);
            await image.GetLayerAsync(0, progress: null, TestContext.Current.CancellationToken);
        });
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    /// <summary>An image of two files below two indexes.</summary>
    private async Task AddAsync()
    {
        var tar = await TestTar.OfAsync(("etc/first", []), ("etc/second", []));
        var image = _cached.Images.AddImage(Platform.Linux("amd64"), (_cached.Images.AddBlob(TestImages.Tar, tar), Digest.OfSha256(tar)));
        _cached.Images.Tag(Reference, _cached.Images.AddIndex(_cached.Images.AddIndex(image)));
    }
}
