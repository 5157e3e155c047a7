using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Http;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Tests.Fixtures;
using ReproBuild.Testing.InMemory;
using ReproBuild.Testing.Registry;

namespace ReproBuild.Registry.Tests.Images;

/// <summary>A registry, a layout directory and a caller's own source, in every order.</summary>
public sealed class CompositeImageSourceTests : IAsyncLifetime
{
    private static readonly Platform Amd64 = Platform.Linux("amd64");

    private readonly TestDirectory _directory = new();
    private readonly TestImages _images = new();
    private readonly List<IDisposable> _sources = [];
    private ScriptedServer _server = null!;
    private OciDescriptor _inRegistry = null!;
    private OciDescriptor _inLayout = null!;

    public static TheoryData<string> Orders =>
    [
        "registry layout memory", "registry memory layout", "layout registry memory",
        "layout memory registry", "memory registry layout", "memory layout registry",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync(AnswerAsync);
        _inRegistry = await AddImageAsync("registry");
        _inLayout = await AddImageAsync("layout");
        TestLayout.Write(_directory["layout"], _images, _inLayout.Named(Reference("layout").ToString()));
    }

    public async ValueTask DisposeAsync()
    {
        _sources.ForEach(static source => source.Dispose());
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    private ImageReference Reference(string name) => ImageReference.Parse($"{_server.Authority}/team/{name}:1");

    private async Task<OciDescriptor> AddImageAsync(string content)
    {
        var tar = await TestTar.OfAsync("etc/name", content);
        return _images.AddImage(Amd64, (_images.AddBlob(TestImages.Tar, tar), Digest.OfSha256(tar)));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var digest = path.EndsWith("/team/registry/manifests/1", StringComparison.Ordinal) ? _inRegistry.Digest.ToString() : path.Split('/')[^1];
        if (path.Contains("/team/broken/", StringComparison.Ordinal))
        {
            await context.ErrorAsync(403, "DENIED");
        }
        else if (!path.Contains("/team/registry/", StringComparison.Ordinal) || !_images.Blobs.TryGetValue(digest, out var bytes))
        {
            await context.ErrorAsync(404, "MANIFEST_UNKNOWN");
        }
        else
        {
            await (path.Contains("/manifests/", StringComparison.Ordinal)
                ? context.ManifestAsync(bytes, MediaTypes.OciManifest)
                : context.BlobAsync(bytes));
        }
    }

    private IImageSource Open(string kind) => kind switch
    {
        "registry" => Own(new RegistryImageSource(ClientFixture.Defaults with { CacheDirectory = _directory["cache"], MaxRetries = 0 })),
        "offline" => Own(new RegistryImageSource(new RegistryOptions { CacheDirectory = _directory["offline"], Offline = true })),
        "layout" => Own(new OciLayoutImageSource(_directory["layout"], _directory["cache"])),
        _ => new InMemoryImageSource(new InMemoryImage(Reference("memory").ToString())),
    };

    private T Own<T>(T source)
        where T : IDisposable
    {
        _sources.Add(source);
        return source;
    }

    private CompositeImageSource OpenAll(string order) => Own(new CompositeImageSource([.. order.Split(' ').Select(Open)]));

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_image_is_found_whichever_source_has_it(string order)
    {
        var source = OpenAll(order);
        Assert.Equal(_inRegistry.Digest, (await source.GetImageAsync(Reference("registry"), Amd64, Cancel)).Digest);
        Assert.Equal(_inLayout.Digest, (await source.GetImageAsync(Reference("layout"), Amd64, Cancel)).Digest);
        Assert.Equal(Reference("memory"), (await source.GetImageAsync(Reference("memory"), Amd64, Cancel)).Reference);
        Assert.Equal(_inRegistry.Digest, (await source.GetArtifactAsync(Reference("registry"), [], Cancel)).Digest);
        Assert.Equal(_inLayout.Digest, (await source.GetArtifactAsync(Reference("layout"), [Amd64], Cancel)).Digest);
    }

    [Theory]
    [InlineData("registry")]
    [InlineData("layout")]
    public async Task A_source_that_is_disposed_gives_nothing_even_from_a_warm_cache(string kind)
    {
        var source = Open(kind);
        using var all = new CompositeImageSource(source);
        Assert.NotNull(await all.GetImageAsync(Reference(kind), Amd64, Cancel));
        ((IDisposable)source).Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.GetImageAsync(Reference(kind), Amd64, Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.GetArtifactAsync(Reference(kind), [], Cancel));
        all.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => all.GetImageAsync(Reference(kind), Amd64, Cancel));
    }

    [Fact]
    public async Task Platforms_that_were_never_made_are_all_platforms()
    {
        Assert.Equal(_inRegistry.Digest, (await Open("registry").GetArtifactAsync(Reference("registry"), default, Cancel)).Digest);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_image_by_digest_is_found_whichever_source_has_it(string order)
    {
        var source = OpenAll(order);
        foreach (var (name, digest) in ((string, Digest)[])[("registry", _inRegistry.Digest), ("layout", _inLayout.Digest)])
        {
            Assert.Equal(digest, (await source.GetImageAsync(Reference(name).WithDigest(digest), Amd64, Cancel)).Digest);
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_image_that_none_has_is_one_error_that_names_every_place(string order)
    {
        var source = OpenAll(order);
        var nowhere = Reference("nowhere");
        foreach (var ask in (Func<Task>[])[() => source.GetImageAsync(nowhere, Amd64, Cancel), () => source.GetArtifactAsync(nowhere, [], Cancel)])
        {
            var error = await Assert.ThrowsAsync<ImageNotFoundException>(ask);
            Assert.Equal(nowhere, error.Reference);
            Assert.StartsWith($"{nowhere} is in none of 3 places.", error.Message, StringComparison.Ordinal);
            Assert.Contains($"{_server.Authority}: the image {nowhere} does not exist there", error.Message, StringComparison.Ordinal);
            Assert.Contains(_directory["layout"], error.Message, StringComparison.Ordinal);
            Assert.Equal(3, Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Count);
        }
    }

    [Fact]
    public async Task A_registry_that_must_not_be_asked_does_not_stand_in_the_way()
    {
        var source = OpenAll("offline layout");
        Assert.Equal(_inLayout.Digest, (await source.GetImageAsync(Reference("layout"), Amd64, Cancel)).Digest);
        Assert.Equal(_inLayout.Digest, (await source.GetImageAsync(Reference("layout").WithDigest(_inLayout.Digest), Amd64, Cancel)).Digest);
    }

    [Fact]
    public async Task One_source_speaks_for_itself()
    {
        var error = await Assert.ThrowsAsync<ImageNotFoundException>(() => OpenAll("layout").GetImageAsync(Reference("nowhere"), Amd64, Cancel));
        Assert.StartsWith($"{Reference("nowhere")} is not in the OCI image layout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_refuses_ends_the_search()
    {
        var error = await Assert.ThrowsAsync<RegistryException>(() => OpenAll("registry memory").GetImageAsync(Reference("broken"), Amd64, Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
    }

    [Fact]
    public async Task An_index_without_the_platform_ends_the_search()
    {
        var index = _images.AddIndex(_inLayout);
        TestLayout.Write(_directory["layout"], _images, index.Named(Reference("registry").ToString()));
        var source = OpenAll("layout registry");
        var error = await Assert.ThrowsAsync<ReproBuildException>(() => source.GetImageAsync(Reference("registry"), Platform.Linux("arm64"), Cancel));
        Assert.Contains("has no image for linux/arm64; it has linux/amd64", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_incomplete_image_is_damaged_and_ends_the_search(bool withIndex)
    {
        var root = withIndex ? _images.AddIndex(_inLayout) : _inLayout;
        TestLayout.Write(_directory["layout"], _images, root.Named(Reference("registry").ToString()));
        File.Delete(Path.Combine(_directory["layout"], "blobs", "sha256", _inLayout.Digest.Hex));
        var source = OpenAll("layout registry");
        var error = await Assert.ThrowsAsync<IntegrityException>(() => source.GetImageAsync(Reference("registry"), Amd64, Cancel));
        Assert.Contains(_inLayout.Digest.Hex, error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void At_least_one_source_is_needed() =>
        Assert.Throws<ArgumentException>(static () => new CompositeImageSource(ImmutableArray<IImageSource>.Empty));
}
