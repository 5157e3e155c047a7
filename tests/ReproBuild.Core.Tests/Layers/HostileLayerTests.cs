using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Layers;
using ReproBuild.Core.Tar;
using ReproBuild.Testing.InMemory;
using static ReproBuild.Core.Tests.Layers.AppliedLayers;

namespace ReproBuild.Core.Tests.Layers;

/// <summary>What must not leave the root, exhaust memory or be taken silently.</summary>
public sealed class HostileLayerTests
{
    private static readonly InputLimits Small = new()
    {
        MaxArchiveEntries = 10,
        MaxTreeEntries = 12,
        MaxPathLength = 40,
        MaxNameLength = 8,
        MaxArchiveSize = 1000,
        MaxImageSize = 1200,
        MaxMetadataSize = 400,
        MaxHoleSize = 2000,
        MaxTreePathSize = 150,
    };

    [Theory]
    [InlineData("../f")]
    [InlineData("/../f")]
    [InlineData("a/../../f")]
    [InlineData("..")]
    [InlineData("../.wh.f")]
    public void An_entry_that_leads_out_of_the_root_is_an_error_that_names_layer_and_entry(string name)
    {
        var layer = Layer().File(name, "x");
        var error = Assert.Throws<IntegrityException>(() => List(layer));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(layer.Build().DiffId.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/d")]
    [InlineData("d")]
    [InlineData("../../d")]
    [InlineData("/../x/../d/.")]
    [InlineData("m")]
    public void Linked_parents_are_followed_inside_the_root(string target) =>
        Assert.Equal(["d d", "f d/f=x", $"l l->{target}", "l m->d", "d x"], List(
            Layer().Directory("d").Directory("x").SymbolicLink("m", "d").SymbolicLink("l", target), Layer().File("l/f", "x")));

    [Fact]
    public void A_link_to_a_missing_directory_makes_it() =>
        Assert.Equal(["d a", "d a/b", "f a/b/f=x", "l l->a/b"], List(Layer().SymbolicLink("l", "a/b").File("l/f", "x")));

    [Fact]
    public void Links_that_lead_in_a_circle_are_an_error() =>
        Fails("symbolic links", Layer().SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/f", "x"));

    [Fact]
    public void Forty_links_are_followed_and_not_one_more()
    {
        InMemoryLayer Chain(int count) => Enumerable.Range(0, count)
            .Aggregate(Layer().Directory("l0"), static (layer, i) => layer.SymbolicLink($"l{i + 1}", $"l{i}"));
        Assert.NotNull(Apply(Chain(40).File("l40/f", "x")).Find("l0/f"));
        Fails("more than 40 symbolic links", Chain(41).File("l41/f", "x"));
    }

    [Fact]
    public void An_entry_below_a_file_is_an_error() => Fails("which is not a directory", Layer().File("f", "x").File("f/g", "x"));

    [Fact]
    public void An_entry_far_below_a_file_is_an_error() =>
        Fails("it lies below 'f', which is not a directory", Layer().File("f", "x").File("f/g/h", "x"));

    [Fact]
    public void The_root_can_only_be_a_directory() => Fails("root", Layer().SymbolicLink("./", "/etc"));

    [Fact]
    public void Data_outside_the_archive_is_an_error() =>
        Fails("not inside the archive", Layer().Add(new TarEntry { Type = TarEntryType.RegularFile, Name = "f", Size = 5, DataOffset = 512 }));

    [Fact]
    public void An_unknown_type_is_an_error() =>
        Fails("its type '120' is unknown", Layer().Add(new TarEntry { Type = (TarEntryType)'x', Name = "f" }));

    [Fact]
    public void Sparse_data_outside_the_archive_is_an_error() => Fails("not inside the archive", Layer().Add(new TarEntry
    {
        Type = TarEntryType.RegularFile,
        Name = "f",
        Size = 5,
        SparseExtents = [new DataExtent(0, 0, 5)],
    }));

    [Fact]
    public void Every_limit_is_named_when_it_is_exceeded()
    {
        FailsWithin("MaxNameLength", Layer().File("123456789", "x"));
        FailsWithin("MaxPathLength", Layer().File(string.Join('/', Enumerable.Repeat("1234567", 6)), "x"));
        FailsWithin("MaxPathLength", Layer().File(string.Concat(Enumerable.Repeat("./", 20)) + "f", "x"));
        FailsWithin("MaxPathLength", Layer().SymbolicLink("l", new string('x', 41)));
        FailsWithin("MaxPathLength", Layer().SymbolicLink("l", "1234567/1234567/1234567/1234").File("l/1234567/1234567", "x"));
        FailsWithin("MaxArchiveEntries", Enumerable.Range(0, 11).Aggregate(Layer(), static (l, _) => l.File("f", "x")));
        FailsWithin("MaxTreeEntries", Layer().Directory("a/b/c/d/e/f/g/h").Directory("b/b/c/d/e"));
        FailsWithin("MaxArchiveSize", Layer().Add(new TarEntry { Type = TarEntryType.RegularFile, Name = "f", Size = 1001, SparseExtents = [] }));
        FailsWithin("MaxArchiveSize", Layer().File("a", new byte[500]).File("b", new byte[501]));
    }

    [Fact]
    public void What_the_layers_of_an_image_have_together_is_limited()
    {
        var five = Enumerable.Range(0, 5).Aggregate(Layer(), static (layer, _) => layer.File("f", "x"));
        FailsTogether("15 entries together, more than 12 (limit MaxTreeEntries).", five, five, five);
        FailsTogether("1201 bytes together, more than 1200 (limit MaxImageSize).", Layer().File("f", new byte[600]), Layer().File("f", new byte[601]));
        FailsTogether("bytes of names and attributes together, more than 400 (limit MaxMetadataSize).", Attributed(200), Attributed(200));
        FailsTogether("2001 bytes in holes of sparse files together, more than 2000 (limit MaxHoleSize).", Hole(900), Hole(900), Hole(201));
        Assert.Single(Apply(Small, Hole(900), Hole(900), Hole(200)).Entries);
        FailsWithin("MaxTreePathSize", Enumerable.Range(0, 6).Aggregate(Layer(), static (layer, i) => layer.Directory($"1234567/1234567/1234567/{i}")));

        static InMemoryLayer Attributed(int size) => Layer().Add(new TarEntry
        {
            Type = TarEntryType.Directory,
            Name = "d",
            ExtendedAttributes = [new ExtendedAttribute("user.a", new string('v', size))],
        });

        static InMemoryLayer Hole(long size) => Layer().Add(new TarEntry { Type = TarEntryType.RegularFile, Name = "f", Size = size, SparseExtents = [] });
    }

    /// <summary>A short name that leads through a link to a long path costs as much as the long path.</summary>
    [Fact]
    public void Links_that_are_followed_count_as_paths()
    {
        var layer = Layer().Directory("1234567/1234567").SymbolicLink("l", "1234567/1234567");
        FailsWithin("MaxTreePathSize", layer, Layer().File("l/a", "").File("l/b", "").File("l/c", "").File("l/d", ""));
    }

    /// <summary>A path costs its length; one through a link also the link's target and the path that it leads to, and nothing else does.</summary>
    [Fact]
    public void What_is_exactly_at_a_limit_is_applied()
    {
        Assert.Single(Apply(Small, Enumerable.Range(0, 10).Aggregate(Layer(), static (layer, _) => layer.File("f", "x"))).Entries);
        Assert.Equal(2, Apply(Small, Layer().File("a", new byte[500]).File("b", new byte[500])).Entries.Length);
        var longest = new InputLimits { MaxPathLength = 40 };
        Assert.NotNull(Apply(longest, Layer().SymbolicLink("l", new string('x', 38)).File("l/f", "")).Find(new string('x', 38) + "/f"));
        Assert.Throws<IntegrityException>(() => Apply(longest, Layer().SymbolicLink("l", new string('x', 38)).File("l/ff", "")));

        InMemoryLayer[] layers = [Layer().Directory("d").SymbolicLink("l", "d"), Layer().File("l/f", ""), Layer().File("l", "").File("g", "")];
        const int Costs = 1 + 1 + (1 + 3 + 3) + 1 + 1;
        Assert.Equal(4, Apply(new InputLimits { MaxTreePathSize = Costs }, layers).Entries.Length);
        Assert.Throws<IntegrityException>(() => Apply(new InputLimits { MaxTreePathSize = Costs - 1 }, layers));
    }

    [Fact]
    public void Applying_layers_can_be_cancelled()
    {
        var layer = Layer().File("f", "x").Build();
        var cancelled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => LayerApplier.Apply([layer], InputLimits.Default, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => new LayerTotals(InputLimits.Default).Add(layer, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => new LayerApplication(new LayeredTree(InputLimits.Default), layer, 0, InputLimits.Default, cancelled).Run());
    }

    [Fact]
    public void A_name_with_a_nul_byte_is_an_error() => Fails("NUL", Layer().File("a\0b", "x"));

    private static void Fails(string why, InMemoryLayer layer) =>
        Assert.Contains(why, Assert.Throws<IntegrityException>(() => Apply(layer)).Message, StringComparison.Ordinal);

    private static void FailsTogether(string what, params InMemoryLayer[] layers)
    {
        var message = Assert.Throws<IntegrityException>(() => Apply(Small, layers)).Message;
        Assert.StartsWith($"With layer {layers[^1].Build().DiffId} the layers of the image have ", message, StringComparison.Ordinal);
        Assert.EndsWith(what, message, StringComparison.Ordinal);
    }

    private static void FailsWithin(string limit, params InMemoryLayer[] layers) =>
        Assert.Contains($"limit {limit}", Assert.Throws<IntegrityException>(() => Apply(Small, layers)).Message, StringComparison.Ordinal);
}
