using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Erofs;
using ReproBuild.Testing.Formats;
using static ReproBuild.Outputs.Tests.Erofs.ErofsTesting;

namespace ReproBuild.Outputs.Tests.Erofs;

public sealed class ErofsLimitTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "name", "has a name of 256 bytes; a name has at most 255" },
        { "nul", @"'/d/n\x00' has a NUL byte in its name" },
        { "target", "'/d/link' has a link target of 4096 bytes; Linux follows targets of 1 to 4095" },
        { "no-target", "'/d/link' has a link target of 0 bytes" },
        { "major", "'/d/dev' is device 4096:0; the largest device number is 4095:1048575" },
        { "minor", "'/d/dev' is device 0:1048576" },
        { "attribute-name", "with a name of 256 and a value of 1 bytes; EROFS holds at most 255 and 65535" },
        { "attribute-value", "with a name of 6 and a value of 65536 bytes" },
        { "attributes", "'/d/f' has extended attributes of 262192 bytes; a file has at most 262148" },
        { "image", "'/d/large' does not fit: the image would be larger than 17592186040320 bytes" },
        { "image-sum", "'/d/z' does not fit" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_does_not_fit_is_refused_with_its_path_and_the_limit(string what, string message)
    {
        var tree = Tree(Entries(what));
        var error = Assert.Throws<OutputFormatException>(() => ErofsImage.Create(tree, Options));
        Assert.StartsWith("'/d/", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_just_fits_is_taken()
    {
        var image = Create(Tree(
            (new string('n', 255), File([])), ("link", SampleTree.SymbolicLink(new string('t', 4095))), ("device", Device(4095, 1_048_575)),
            ("f", WithAttributes(FileType.RegularFile, ("user." + new string('n', 250), "v"), ("user.v", new string('v', 65_535)))),
            ("large", Hole((1L << 44) - (1 << 20)))));
        Assert.InRange(image.Length, 0, ((1L << 32) - 1) * 4096);
    }

    private static IEnumerable<(ByteString Path, Inode Inode)> Entries(string what) => what switch
    {
        "name" => [("d/" + new string('n', 256), File([]))],
        "nul" => [(new ByteString("d/n\0"u8), File([]))],
        "target" => [("d/link", SampleTree.SymbolicLink(new string('t', 4096)))],
        "no-target" => [("d/link", SampleTree.SymbolicLink(ByteString.Empty))],
        "major" => [("d/dev", Device(4096, 0))],
        "minor" => [("d/dev", Device(0, 1_048_576))],
        "attribute-name" => [("d/f", WithAttributes(FileType.RegularFile, ("user." + new string('n', 251), "x")))],
        "attribute-value" => [("d/f", WithAttributes(FileType.RegularFile, ("user.n", new string('v', 65_536))))],
        "attributes" => [("d/f", WithAttributes(FileType.RegularFile, [.. Enumerable.Range(0, 5).Select(static i => ((ByteString)$"user.{i}", (ByteString)new string('v', 52_428)))]))],
        "image" => [("d/large", Hole(1L << 44))],
        _ => [("d/a", Hole(1L << 43)), ("d/z", Hole((1L << 43) - 4096))],
    };

    private static Inode Device(uint major, uint minor) => new() { Type = FileType.BlockDevice, Mode = (UnixFileMode)0, DeviceMajor = major, DeviceMinor = minor };

    private static Inode Hole(long length) => File(new FileContentBuilder().AppendZeros(length).Build());
}
