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
        ["aws-efi/demo-efi.raw"] = "e4deafc9f47e2097f31392ecef30386c06ed33f8698f067fd6b2ba9fa4587adf",
        ["aws/demo.raw"] = "ac08f211122545f75dede4377091189d5eb3f7daaa711fa76e6006f59e06edb2",
        ["docker/demo.docker"] = "7c9a2795f96452bf72398bf4193ae0262f665b570dd4432d1b6e8f692e04103c",
        ["dynamic-vhd-efi/demo-efi.vhd"] = "4f3d18f821e56f71ed29e3029b0700a2ed0e38ca34ae7d5b5005c0f97a9aae54",
        ["dynamic-vhd/demo.vhd"] = "d8bd9b0cd19177ef57bceecb90bc3e188c9452b34c2ac21c0ffbdf520d2a5768",
        ["gcp-efi/demo-efi.img.tar.gz"] = "a7cdbf59a969573ee3c4b478638feaa123e82b33d920e37d19fd0180c5feff7d",
        ["gcp/demo.img.tar.gz"] = "64f71ee9afe048241c8e996a3609b49623afb97b7a01e9bffdaf22cf5d4c7f5c",
        ["iso-bios/demo.iso"] = "bffe57ee0c77f2acb659f61bc55b30c35df27fed5bfe0a92162c9ee0bfaacdef",
        ["iso-efi-initrd/demo-efi-initrd.iso"] = "6742fef6dca8b0edcee129bf95fe2cb94c0e410b5dfe8eb1193f7b6db6df021a",
        ["iso-efi/demo-efi.iso"] = "289cb1590e1baf5014c75dfdf2a332deba48b308295350b9c972d92ed5ccd62d",
        ["kernel+erofs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+erofs/demo-erofs.img"] = "e33b0c1ff91822dba69afe0731c9b29be2fb3ea359cdf7911a23178f3655606c",
        ["kernel+erofs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+initrd/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+initrd/demo-initrd.img"] = "12712e8b96bdb770f07b2faf89e7122540f2570bb55c4ac7df80b6ae0966cd28",
        ["kernel+initrd/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+iso/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo.iso"] = "44efe0f7e58d2c5034dd6b045f8daf5ef4499a428137bfc182aff3aa886543bf",
        ["kernel+squashfs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+squashfs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+squashfs/demo-squashfs.img"] = "f36e182af3dfdbb106f8449aa9f18b33596beda137dc3a009f9e595fd49e97f9",
        ["qcow2-bios/demo.qcow2"] = "e018c6542bd4b65345e516f2de17f224c0f6439e651c5aa8a1841634df5f2dec",
        ["qcow2-efi/demo-efi.qcow2"] = "87654e2b5fa329fcf690e278c6fb847b2462d938b09a78ae280c866b31eb7732",
        ["raw-bios/demo-bios.img"] = "ac08f211122545f75dede4377091189d5eb3f7daaa711fa76e6006f59e06edb2",
        ["raw-efi/demo-efi.img"] = "e4deafc9f47e2097f31392ecef30386c06ed33f8698f067fd6b2ba9fa4587adf",
        ["rpi3/demo.tar"] = "e392041bc2d67be50c57ebfa275b642789e0e267d07f28a678d5a8f6236da6d1",
        ["tar-kernel-initrd/demo-initrd.tar"] = "a44e7b5000912a22e428ac955d3933b110dc64a419b061edc6a686f7ba6f73b9",
        ["tar/demo.tar"] = "89aa422961318f85af0b982de00974172caed6330acc45c4847b81cd0691ee44",
        ["vhd-efi/demo-efi.vhd"] = "1778cf124181b257137a803441b815fd2fd754968f91fac515b67fb34214a7e8",
        ["vhd/demo.vhd"] = "6c60f6b39f7a7e58060572477a99c35da1de62709c0b4713499923b91dabf68e",
        ["vmdk-efi/demo-efi.vmdk"] = "bd03232239b4a3096f7faaa9bd26a7a6d6bea001d9428d121fb31ea2a0da443e",
        ["vmdk/demo.vmdk"] = "d621121dc7fa62f397d9bb34ee032e33d51eb8f959e2f21f700a01f12a216550",
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
