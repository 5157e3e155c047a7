using ReproBuild.Testing.InMemory;

namespace ReproBuild.Core.Tests.Images;

public class ImageSourceExtensionsTests
{
    private static readonly Platform Amd64 = Platform.Linux("amd64");

    [Fact]
    public async Task The_tree_of_an_image_has_its_layers_applied_in_order()
    {
        var image = new InMemoryImage("firmware", new InMemoryLayer().File("a", "lower").File("gone", "x"), new InMemoryLayer().File("a", "upper").File(".wh.gone", ""));
        var tree = await new InMemoryImageSource(image).GetFileTreeAsync(image.Reference, Amd64, null, TestContext.Current.CancellationToken);
        var entry = Assert.Single(tree.Entries);
        var text = new byte[5];
        Assert.Equal(5, entry.Inode.Content.Read(0, text));
        Assert.Equal(("a", "upper"), (entry.Path.ToString(), System.Text.Encoding.ASCII.GetString(text)));
    }

    [Fact]
    public async Task Layers_that_do_not_fit_name_the_image()
    {
        var image = new InMemoryImage("firmware", new InMemoryLayer().HardLink("a", "missing"));
        var error = await Assert.ThrowsAsync<IntegrityException>(
            () => new InMemoryImageSource(image).GetFileTreeAsync(image.Reference, Amd64, null, TestContext.Current.CancellationToken));
        Assert.StartsWith("docker.io/library/firmware:latest: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_hold()
    {
        var image = new InMemoryImage("firmware", new InMemoryLayer().File("a", "x").File("b", "x"));
        await Assert.ThrowsAsync<IntegrityException>(() => new InMemoryImageSource(image).GetFileTreeAsync(
            image.Reference, Amd64, InputLimits.Default with { MaxTreeEntries = 1 }, TestContext.Current.CancellationToken));
    }
}
