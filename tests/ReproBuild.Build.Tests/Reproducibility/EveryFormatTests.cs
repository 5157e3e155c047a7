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
        ["aws-efi/demo-efi.raw"] = "b090fdd58e764882314d269dd0446d96bb4a99ad47cc90a590e48ebd7c55f911",
        ["aws/demo.raw"] = "f3845998cecb8c864e54c2e4dc07bc9337e6432488524234e3f7c1bfb628ea07",
        ["docker/demo.docker"] = "7c9a2795f96452bf72398bf4193ae0262f665b570dd4432d1b6e8f692e04103c",
        ["dynamic-vhd-efi/demo-efi.vhd"] = "f208de3d96161be4f91b2833036ecfc99b60394bc4d448b251eadb01766632b7",
        ["dynamic-vhd/demo.vhd"] = "22f8602afdc3e368296e0eb63ff0ca3122f56bff726f38e366a3f6ca15861d2e",
        ["gcp-efi/demo-efi.img.tar.gz"] = "9840bc7f0ac01e268217458f3fc6f84d1f4f77cf4db7059ad6bd1169e8bdd5b2",
        ["gcp/demo.img.tar.gz"] = "d18de87b280e5c31817505603f5f4cd5a5e9af8cb79cf321c8c5d54299d71819",
        ["iso-bios/demo.iso"] = "bffe57ee0c77f2acb659f61bc55b30c35df27fed5bfe0a92162c9ee0bfaacdef",
        ["iso-efi-initrd/demo-efi-initrd.iso"] = "687bbcb8090f269447cfea784a482c5496f1ec823d7f66ba641fad5936e79460",
        ["iso-efi/demo-efi.iso"] = "289cb1590e1baf5014c75dfdf2a332deba48b308295350b9c972d92ed5ccd62d",
        ["kernel+erofs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+erofs/demo-erofs.img"] = "e33b0c1ff91822dba69afe0731c9b29be2fb3ea359cdf7911a23178f3655606c",
        ["kernel+erofs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+initrd/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+initrd/demo-initrd.img"] = "e0f077e437274d6eda89b90e9278c1203fb88b9288841d1d10a1763592f94db8",
        ["kernel+initrd/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+iso/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+iso/demo.iso"] = "44efe0f7e58d2c5034dd6b045f8daf5ef4499a428137bfc182aff3aa886543bf",
        ["kernel+squashfs/demo-cmdline"] = "2b98586d9905a605c295d77c61e8cfd2027ae5b8a04eefa9018436f6ad114297",
        ["kernel+squashfs/demo-kernel"] = "607796c8152c20002b65c0a1cb45ed64e0bdea445c26dbe719d22a1e2df5ca64",
        ["kernel+squashfs/demo-squashfs.img"] = "fd9cb0d291ad4632940235ca72800048f6395af5e64bbfc70323fe4d3a5c11e3",
        ["qcow2-bios/demo.qcow2"] = "d77162520c8542a00a7739c9949057efa9fdc03f47de5000008a4d35d6d53773",
        ["qcow2-efi/demo-efi.qcow2"] = "ac225f8214e792f38bc3fb62f7fbb9e0bf944d9bebc3e2fe668e3c6fcdc5dc54",
        ["raw-bios/demo-bios.img"] = "f3845998cecb8c864e54c2e4dc07bc9337e6432488524234e3f7c1bfb628ea07",
        ["raw-efi/demo-efi.img"] = "b090fdd58e764882314d269dd0446d96bb4a99ad47cc90a590e48ebd7c55f911",
        ["rpi3/demo.tar"] = "cd59c45af761e58bc3d712e04327354397cc6805adc42676e472f116d60946eb",
        ["tar-kernel-initrd/demo-initrd.tar"] = "bb28e36faf7dee15741bcb3e0f57f262c7b58481ee2365582de3683f88c506e0",
        ["tar/demo.tar"] = "89aa422961318f85af0b982de00974172caed6330acc45c4847b81cd0691ee44",
        ["vhd-efi/demo-efi.vhd"] = "9eeecc37db3786cdfab507a0f572806255e7b52a50203f2bd8ebab00c7e1d8f9",
        ["vhd/demo.vhd"] = "64882d7cc04e05decac39a48156e9e7ce123bf6ffde2673a740c70ebc926a527",
        ["vmdk-efi/demo-efi.vmdk"] = "cfaca81c24cbc42bc25fd22129f4c92d9f51a8ab545342f635be00bfca716a00",
        ["vmdk/demo.vmdk"] = "84e86198748a2566bcf891811b723b6a70ad2143f373413a4b80afd3e3a19e12",
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
