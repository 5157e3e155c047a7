using System.Security.Cryptography;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>Every output format, from a registry, twice in each run, in another environment each time: the same bytes.</summary>
[Trait("Speed", "Slow")]
public sealed class EveryFormatTests : IDisposable
{
    /// <summary>What the quick start gives, by format and file. A change here needs a commit that says which bytes changed and why.</summary>
    internal static readonly Dictionary<string, string> Golden = new(StringComparer.Ordinal)
    {
        ["aws-efi/demo-efi.raw"] = "a03132d302e7e243da5063ef743b5ddc14cf781318c49db9f6d262d783149755",
        ["aws/demo.raw"] = "583bbfff17101e9beaeb0395d439ff2a49c65faaacf4eef4e4c1aac0918ff929",
        ["docker/demo.docker"] = "39c4ecf16296d580628a2e61f8cec71383760d6623627ed9515c3c361fcd419d",
        ["dynamic-vhd-efi/demo-efi.vhd"] = "04163edb0cfd31cdd0022844e9aa18078547a715f198d90c87aea5ac10f5050e",
        ["dynamic-vhd/demo.vhd"] = "ad024a5012bd68d9351c32849b0df978ab6f73a84eb48e43bc32fffc8105afcc",
        ["gcp-efi/demo-efi.img.tar.gz"] = "1d0804e564b55da67b5194b3903f16bf750a7e32b5e1037a340d68e823df6e33",
        ["gcp/demo.img.tar.gz"] = "54882547fb991f08a45a85907a2f46730aa4332f6eacf0171e2bdf9afea64cf5",
        ["iso-bios/demo.iso"] = "ce2b1b152496dc93bf555c80c7be6057358fed1065e5aeaab71b255347c4484a",
        ["iso-efi-initrd/demo-efi-initrd.iso"] = "d72dad3129b60ba5291e0ea75223c16b0df275446b2ab6d55e3ec0e096f34a3a",
        ["iso-efi/demo-efi.iso"] = "a1a33c4f953e29016684463a2d4c5c3032021d20182d2081284d7b3bd24a1b5d",
        ["kernel+erofs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+erofs/demo-erofs.img"] = "2f3a0e0648e912d9c6ecddb5cffad9a88692e1fc1dc594c6ddda20051099ef2c",
        ["kernel+erofs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+initrd/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+initrd/demo-initrd.img"] = "f653002d0ce3dd1a93f2ddb79ac3a1539018628e436136362148627322d09ec9",
        ["kernel+initrd/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+iso/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo.iso"] = "44efe0f7e58d2c5034dd6b045f8daf5ef4499a428137bfc182aff3aa886543bf",
        ["kernel+squashfs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+squashfs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+squashfs/demo-squashfs.img"] = "f36e182af3dfdbb106f8449aa9f18b33596beda137dc3a009f9e595fd49e97f9",
        ["qcow2-bios/demo.qcow2"] = "990eb298ab9bc4676f7671ad8f33cbf0e028b9d52488711b914d1238a0f3021e",
        ["qcow2-efi/demo-efi.qcow2"] = "bd6e0476dbe3a188da8bb9cc73d927d5f9871781ad6ec739025c783cfe20346d",
        ["raw-bios/demo-bios.img"] = "583bbfff17101e9beaeb0395d439ff2a49c65faaacf4eef4e4c1aac0918ff929",
        ["raw-efi/demo-efi.img"] = "a03132d302e7e243da5063ef743b5ddc14cf781318c49db9f6d262d783149755",
        ["rpi3/demo.tar"] = "d700cfffd66c650d522a0c2a7bb7523bcb7661155adad77249d1a5edfdb872d8",
        ["tar-kernel-initrd/demo-initrd.tar"] = "406b7e6b1b1d3f45fee8148423ac7c554b742c80f87f3eb240eb80ae33c8f1b1",
        ["tar/demo.tar"] = "b45aa32dc8a4d199913aa679c64335cbebbf224c71ab533b90f43a5e51e487a6",
        ["vhd-efi/demo-efi.vhd"] = "df7e1ca530c11453e1d7a8027d1ae3774e489b1e2c3fcaffe5fa4b24aeb4cc20",
        ["vhd/demo.vhd"] = "46d480bb68ae105130e6808b0e2601d4c1f7b1e10309102b9030ac80027be990",
        ["vmdk-efi/demo-efi.vmdk"] = "03553325adb4faf822c495fad0736b8a9f728d76c595f9a91b57fc420c17043d",
        ["vmdk/demo.vmdk"] = "1649b8f09386232069dca38de81c8a6d2405fdffcf85de1672b7030633cc19f7",
    };

    private readonly TemporaryDirectory _directory = new("formats");

    public static TheoryData<string> Variations => [.. Variation.All.Keys];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_artifacts_of_every_format_are_pinned() => await BuildAsync(new CommandLineProcess());

    [Theory]
    [MemberData(nameof(Variations))]
    public async Task Every_format_has_the_same_bytes_in_another_environment(string name)
    {
        var variation = Variation.All[name];
        variation.SkipUnlessItApplies();

        await BuildAsync(variation.Process);
        Assert.Contains(variation.Observed, await File.ReadAllLinesAsync(_directory["observed"], TestContext.Current.CancellationToken));
    }

    private async Task BuildAsync(CommandLineProcess process)
    {
        var quickStart = process with { Program = ("samples/QuickStart", "QuickStart") };
        (await quickStart.RunAsync(_directory, [_directory["out"]], TestContext.Current.CancellationToken)).EnsureSuccess();
        foreach (var run in (string[])["first", "second"])
        {
            var root = _directory[Path.Combine("out", run)];
            var actual = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .ToDictionary(file => Path.GetRelativePath(root, file), static file => Hash(file), StringComparer.Ordinal);
            Assert.True(
                Golden.Count == actual.Count && Golden.All(pair => actual.GetValueOrDefault(pair.Key) == pair.Value),
                $"The {run} build gave:{Environment.NewLine}{string.Join(Environment.NewLine, actual.Select(static pair => $"        [\"{pair.Key}\"] = \"{pair.Value}\","))}");
        }
    }

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
