using System.Security.Cryptography;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Build.Tests.Reproducibility;

/// <summary>Every output format, from a registry, twice in each run, in another environment each time: the same bytes.</summary>
[Trait("Speed", "Slow")]
public sealed class EveryFormatTests : IDisposable
{
    /// <summary>What the quick start gives, by format and file. A change here needs a commit that says which bytes changed and why.</summary>
    private static readonly Dictionary<string, string> _golden = new(StringComparer.Ordinal)
    {
        ["aws/demo.raw"] = "c2daec2feeda9ccdeeacb76b90aef1f626b750e07edac1f68064b858d12079d6",
        ["docker/demo.docker"] = "7c9a2795f96452bf72398bf4193ae0262f665b570dd4432d1b6e8f692e04103c",
        ["dynamic-vhd/demo.vhd"] = "4dd3c01e94896eb5a7dbc64e1c325cf863f68c4424a5eacc404ee360de962200",
        ["gcp/demo.img.tar.gz"] = "240144cc80c072a884f7e691b2986eed5e2b558c733387678782e6b0d97a25bb",
        ["iso-bios/demo.iso"] = "27f5035eeb7cdd5ac52fb4b2f75f7eb5fe15dc69a1072d30889792ace8d58587",
        ["iso-efi-initrd/demo-efi-initrd.iso"] = "5c437e94eb9ac9e5ccb8850a04e16b7e2f7716711b9348f88166e303aa29c40c",
        ["iso-efi/demo-efi.iso"] = "93233f3fa84abef344150c1b98228d59a97c0d001a917993b15dfaa44c221a32",
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
        ["qcow2-bios/demo.qcow2"] = "feeec3c131fddba0bab87d880863ed7db3d0fab1a1e52c8dc86d5f472ba1da86",
        ["qcow2-efi/demo-efi.qcow2"] = "99e51b69cdfad2565ebbf8e837d8de2d17f703e4c1692cf42c3348a3df9e3eca",
        ["raw-bios/demo-bios.img"] = "c2daec2feeda9ccdeeacb76b90aef1f626b750e07edac1f68064b858d12079d6",
        ["raw-efi/demo-efi.img"] = "b6733ce89a482e2f84c8eb513752d24404f771608ae89a1c52ee50bc5903f027",
        ["rpi3/demo.tar"] = "cd59c45af761e58bc3d712e04327354397cc6805adc42676e472f116d60946eb",
        ["tar-kernel-initrd/demo-initrd.tar"] = "bb28e36faf7dee15741bcb3e0f57f262c7b58481ee2365582de3683f88c506e0",
        ["tar/demo.tar"] = "89aa422961318f85af0b982de00974172caed6330acc45c4847b81cd0691ee44",
        ["vhd/demo.vhd"] = "16356d804640e3d1642dc983011922bc318b7afa566698febdbb3bb851f844a6",
        ["vmdk/demo.vmdk"] = "2037cd5bf8ef93f6581b388676cb95f87f6afca5e0dbd7b7733911ec3e4618ab",
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
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The variations are those of a POSIX host.");
        Assert.SkipUnless(!variation.NeedsRoot || TestHost.IsRoot, "Only root can become another user.");
        if (variation.Tool is { } tool)
        {
            var found = new ExternalTool(tool.Name, tool.Package);
            Assert.SkipUnless(found.IsAvailable, found.SkipReason);
        }

        await BuildAsync(variation.Process);
        Assert.Contains(variation.Observed, await File.ReadAllLinesAsync(_directory["observed"], TestContext.Current.CancellationToken));
    }

    private async Task BuildAsync(CommandLineProcess process)
    {
        var quickStart = process with { Sample = ("QuickStart", "QuickStart") };
        (await quickStart.RunAsync(_directory, [_directory["out"]], TestContext.Current.CancellationToken)).EnsureSuccess();
        foreach (var run in (string[])["first", "second"])
        {
            var root = _directory[Path.Combine("out", run)];
            var actual = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .ToDictionary(file => Path.GetRelativePath(root, file), static file => Hash(file), StringComparer.Ordinal);
            Assert.True(
                _golden.Count == actual.Count && _golden.All(pair => actual.GetValueOrDefault(pair.Key) == pair.Value),
                $"The {run} build gave:{Environment.NewLine}{string.Join(Environment.NewLine, actual.Select(static pair => $"        [\"{pair.Key}\"] = \"{pair.Value}\","))}");
        }
    }

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
