using System.Collections.Immutable;
using System.Text;
using ReproBuild.Core.FileSystem;

namespace ReproBuild.PublicApi.Tests.Custom;

/// <summary>Trees, contents and identifiers, with the public API only.</summary>
public sealed class TreePartsTests
{
    [Fact]
    public void A_tree_is_built_changed_and_read()
    {
        var shared = Inode.File(FileContent.FromBytes("x"u8.ToArray()), UnixFileMode.UserRead, new FileTime(5, 1));
        var device = new Inode
        {
            Type = FileType.CharacterDevice,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            UserId = 1,
            GroupId = 2,
            DeviceMajor = 5,
            DeviceMinor = 1,
            ExtendedAttributes = [new ExtendedAttribute("user.note", "n")],
        };
        var inner = new FileTreeBuilder();
        inner.Add("a", shared);
        inner.Add("b", shared);
        var builder = new FileTreeBuilder(Inode.Directory(time: FileTime.UnixEpoch));
        builder.AddTree("d", inner.Build(), new FileOrigin("inner", "here"), Inode.Directory());
        builder.Add("console", device);
        builder.Add("link", Inode.SymbolicLink("d/a"));
        builder.Add("gone", Inode.Directory());
        Assert.True(builder.Remove("gone"));
        Assert.True(builder.Find("console") is { IsDirectory: false });

        var tree = builder.Build();

        Assert.Equal(["console", "d", "link"], tree.Root.Children.Select(static e => e.Name.ToString()));
        Assert.Equal(["console", "d", "d/a", "d/b", "link"], tree.Entries.Select(static e => e.Path.ToString()));
        Assert.Equal("d/a", tree.Find("d/b")!.HardLinkTarget!.Path.ToString());
        Assert.Equal((2, new FileOrigin("inner", "here")), (tree.Find("d/b")!.LinkCount, tree.Find("d/b")!.Origin));
        Assert.Equal(
            (FileType.CharacterDevice, 5u, 1u, new ExtendedAttribute("user.note", "n")),
            (device.Type, device.DeviceMajor, device.DeviceMinor, device.ExtendedAttributes[0]));
        Assert.Equal(("d/a", 1), (tree.Find("link")!.Inode.LinkTarget.ToString(), shared.ModificationTime.Nanoseconds));
        Assert.True(shared.ModificationTime.CompareTo(FileTime.UnixEpoch) > 0);
    }

    [Fact]
    public void Identifiers_follow_from_a_trees_digest()
    {
        static Digest DigestOf(string text)
        {
            var builder = new FileTreeBuilder();
            builder.Add("f", Inode.File(FileContent.FromBytes(Encoding.UTF8.GetBytes(text))));
            return builder.Build().ComputeDigest();
        }

        Assert.Equal(IdentifierDerivation.DeriveGuid(DigestOf("x"), "disk"), IdentifierDerivation.DeriveGuid(DigestOf("x"), "disk"));
        Assert.NotEqual(IdentifierDerivation.DeriveGuid(DigestOf("x"), "disk"), IdentifierDerivation.DeriveGuid(DigestOf("y"), "disk"));
        Assert.NotEqual(IdentifierDerivation.DeriveUInt32(DigestOf("x"), "disk"), IdentifierDerivation.DeriveUInt32(DigestOf("x"), "volume"));
        Assert.Equal("sha256", DigestOf("x").Algorithm);
        Assert.Equal(DigestOf("x"), Digest.FromSha256(Convert.FromHexString(DigestOf("x").Hex)));
    }

    [Fact]
    public async Task Content_is_composed_of_parts_with_holes_copied_and_kept_in_scratch_space()
    {
        var content = new FileContentBuilder().Append("head"u8.ToArray()).AlignTo(8).Append(FileContent.FromBytes("body"u8.ToArray()))
            .AppendZeros(4).PadTo(20).Build();
        using var scratch = new ScratchSpace();
        var kept = await scratch.GetOrCreateAsync("key", (stream, token) => content.CopyToAsync(stream, token), default);
        Assert.Same(kept, await scratch.GetOrCreateAsync("key", static (_, _) => throw new InvalidOperationException("It is there."), default));
        using var copy = new MemoryStream();
        await kept.CopyToAsync(copy);

        Assert.Equal("head\0\0\0\0body\0\0\0\0\0\0\0\0"u8.ToArray(), copy.ToArray());
        Assert.Equal(
            [(0, 4), (8, 4)], content.Extents.Select(static e => (e.Offset, e.Length)));
        var sparse = new FileContent(Blob.FromContent(content), [new DataExtent(2, 8, 4)], 6);
        var bytes = new byte[6];
        Assert.Equal(6, sparse.Read(0, bytes));
        Assert.Equal("\0\0body"u8.ToArray(), bytes);
        Assert.Equal(8, sparse.Extents[0].BlobOffset);
    }

    [Fact]
    public void Byte_strings_keep_what_is_not_text_and_compare_by_byte()
    {
        Assert.True(new ByteString([0x61]).TryGetUtf8(out var text) && text == "a");
        Assert.False(new ByteString([0xFF]).TryGetUtf8(out _));
        Assert.True(ByteString.FromUtf8("a").CompareTo(new ByteString([0xFF])) < 0);
        Assert.Equal("a/b", ByteString.Concat("a", "/", "b").ToString());
    }

    [Fact]
    public void Digests_references_and_platforms_are_text_in_JSON()
    {
        var reference = ImageReference.Parse("alpine:3").WithDigest(Digest.OfSha256([]));
        var json = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["reference"] = reference,
            ["platform"] = new Platform("linux", "arm64", "v8"),
        });

        Assert.Equal($$"""{"reference":"{{reference}}","platform":"linux/arm64/v8"}""", json);
        Assert.Equal(reference, System.Text.Json.JsonSerializer.Deserialize<ImageReference>($"\"{reference}\""));
        Assert.Equal(("3", "v8"), (reference.Tag, Platform.Parse("linux/arm64/v8").Variant));
        Assert.Throws<System.Text.Json.JsonException>(() => System.Text.Json.JsonSerializer.Deserialize<Digest>("\"sha256:1\""));
        var converter = new TextJsonConverter<Digest>();
        Assert.True(converter.CanConvert(typeof(Digest)));
    }

    [Fact]
    public void Errors_can_be_made_by_a_source_or_a_format()
    {
        ImmutableArray<ReproBuildException> errors =
        [
            new ImageReferenceException("A", "no reference"), new IntegrityException("damaged"), new RootFileSystemException("no room"),
            new ConfigurationException([new ConfigurationProblem(new SourceLocation("f.yml", 2, 3), "wrong")]),
        ];

        Assert.Equal("A", ((ImageReferenceException)errors[0]).Reference);
        var location = ((ConfigurationException)errors[3]).Problems[0].Location!;
        Assert.Equal(("f.yml", 2, 3), (location.File, location.Line, location.Column));
    }
}
