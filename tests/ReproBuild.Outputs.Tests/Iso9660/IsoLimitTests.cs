using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Iso9660;
using ReproBuild.Testing.Formats;
using ReproBuild.Testing.Tools;
using static ReproBuild.Outputs.Tests.Iso9660.Iso9660ImageTests;

namespace ReproBuild.Outputs.Tests.Iso9660;

public sealed class IsoLimitTests
{
    private static readonly Inode Small = SampleTree.File("x"u8.ToArray());

    [Theory]
    [InlineData("d/a:b", "d/a_b")]
    [InlineData("d/a?b", "d/a*b")]
    public void Names_that_Joliet_cannot_tell_apart_are_refused_with_both(string first, string second)
    {
        var tree = Tree((first, Small), (second, Small));
        var error = Assert.Throws<OutputFormatException>(() => Create(tree));
        Assert.Contains($"'/{first}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'/{second}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, new IsoReader(Create(tree, joliet: false).Content).Records.Count);
    }

    [Fact]
    public void Names_that_differ_only_by_case_are_two_in_Joliet()
    {
        var text = new IsoReader(Create(Tree(("xt_MARK.ko", Small), ("xt_mark.ko", Small))).Content).Text;
        Assert.Contains("'xt_MARK.ko;1'", text, StringComparison.Ordinal);
        Assert.Contains("'xt_mark.ko;1'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_has_underscores_in_Joliet()
    {
        var builder = new FileTreeBuilder();
        builder.Add(new ByteString([(byte)'a', 0xff, 0xfe, (byte)'b']), Small);
        Assert.Contains("'a__b;1'", new IsoReader(Create(builder.Build()).Content).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_Joliet_name_keeps_surrogates_together()
    {
        var text = new IsoReader(Create(Tree((new string('n', 102) + "😀x", Small))).Content).Text;
        Assert.Contains($"'{new string('n', 102)};1'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_more_than_255_bytes_is_refused()
    {
        var error = Assert.Throws<OutputFormatException>(() => Create(Tree((new string('n', 256), Small))));
        Assert.Contains("256 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_Linux_cannot_read_whole_is_refused()
    {
        var content = new FileContentBuilder().AppendZeros((IsoConstants.MaxSectionSize * 100) + 1).Build();
        var error = Assert.Throws<OutputFormatException>(() => Create(Tree(("dir/huge", new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0, Content = content }))));
        Assert.Contains("'/dir/huge'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The halves 0 and 300 are how 1:44 is written (fs/isofs/rock.c).</summary>
    [Fact]
    public void A_device_that_Linux_would_take_for_another_is_refused()
    {
        var error = Assert.Throws<OutputFormatException>(() => Create(Tree(("dev/a", SampleTree.Device(FileType.CharacterDevice, 0, 300)))));
        Assert.StartsWith("'/dev/a' is device 0:300, and Linux reads 1:44", error.Message, StringComparison.Ordinal);
        Create(Tree(("dev/a", SampleTree.Device(FileType.CharacterDevice, 0, 255)), ("dev/b", SampleTree.Device(FileType.BlockDevice, 1, 256))));
    }

    [Fact]
    public void A_volume_of_more_than_8_TiB_is_refused()
    {
        var files = Enumerable.Range(0, 21).Select(static i => ($"f{i}", new Inode
        {
            Type = FileType.RegularFile,
            Mode = (UnixFileMode)0,
            Content = new FileContentBuilder().AppendZeros(IsoConstants.MaxSectionSize * 100).Build(),
        }));
        Assert.Contains("32 bits", Assert.Throws<OutputFormatException>(() => Create(Tree([.. files]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_below_the_last_that_can_be_a_parent_is_refused()
    {
        var builder = new FileTreeBuilder();
        for (var i = 0; i < 65536; i++)
        {
            builder.Add($"d{i:D5}", SampleTree.Directory());
        }

        Create(builder.Build(), joliet: false);
        builder.Add("d65535/sub", SampleTree.Directory());
        Assert.Contains("'/d65535/sub'", Assert.Throws<OutputFormatException>(() => Create(builder.Build(), joliet: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_out_of_range_is_refused()
    {
        var tree = Tree(("f", Small));
        void Refused(string option, Iso9660Options options) =>
            Assert.Equal($"Iso9660Options.{option}", Assert.Throws<InvalidOptionException>(() => IsoVolume.Create(tree, options)).OptionName);
        Refused("VolumeId", new Iso9660Options { VolumeId = new string('v', 33) });
        Refused("VolumeId", new Iso9660Options { VolumeId = "ü" });
        Refused("BootImages", new Iso9660Options { BootImages = [new Iso9660BootImage(Iso9660BootPlatform.Bios, FileContent.Empty)] });
        Refused("BootImages", new Iso9660Options { BootImages = [new Iso9660BootImage(Iso9660BootPlatform.Bios, new FileContentBuilder().AppendZeros(1 << 26).Build())] });
    }

    [Fact]
    public void An_image_for_UEFI_too_long_to_count_goes_on_to_the_end()
    {
        var image = new Iso9660BootImage(Iso9660BootPlatform.Efi, new FileContentBuilder().AppendZeros(1 << 26).Build());
        var volume = IsoVolume.Create(Tree(("f", Small)), new Iso9660Options { BootImages = [image] }).Content;
        var catalog = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(volume.Slice((17 * 2048) + 71, 4).ToArray());
        Assert.Equal([0x88, 0, 0, 0, 0, 0, 1, 0], volume.Slice((catalog * 2048) + 32, 8).ToArray());
    }

    [Fact]
    public void The_defaults_are_those_documented()
    {
        var options = new Iso9660Options();
        Assert.Equal("LinuxKit", options.VolumeId);
        Assert.Equal(1492533000, options.SourceDateEpoch);
        Assert.True(options.Joliet);
        Assert.Empty(options.BootImages);
    }
}
