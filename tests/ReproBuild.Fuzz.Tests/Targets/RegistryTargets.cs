using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Core.Sbom;
using ReproBuild.Registry.Authentication;
using ReproBuild.Registry.Credentials;
using ReproBuild.Registry.Images;
using ReproBuild.Registry.Manifests;
using ReproBuild.Registry.Transport;
using static ReproBuild.Fuzz.Tests.Targets.FuzzTarget;

namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>What registries, layouts and Docker's configuration say.</summary>
internal static class RegistryTargets
{
    private static readonly RegistryOptions Options = new() { CacheDirectory = "cache" };
    private static readonly RegistryEndpoint Endpoint = RegistryEndpoint.Select("registry.example.com:5000", Options)[0];

    private static readonly PlatformMatcher Matcher = new(new Platform("linux", "arm64", "v9"));

    /// <summary>The input is a manifest or an index.</summary>
    public static void ReadManifest(byte[] input)
    {
        var manifest = ManifestParser.Parse(new ManifestContent(Digest.OfSha256(input), "", input), "The manifest", Limits);
        foreach (var entry in (manifest as ImageIndex)?.Manifests ?? [])
        {
            Matcher.Rank(entry.Platform ?? new Platform("linux", "amd64"));
        }
    }

    /// <summary>The input is the index of an OCI layout.</summary>
    public static void ReadLayoutIndex(byte[] input)
    {
        var written = LayoutIndex.Parse(input, "index.json", Limits).Serialize();
        Must(
            written.AsSpan().SequenceEqual(
                MustRead("An index that was written", () => LayoutIndex.Parse(written, "index.json", Limits)).Serialize()),
            "an index that is read and written stays the same");
    }

    /// <summary>The input is the configuration of an image with one layer.</summary>
    public static void ReadImageConfiguration(byte[] input) => ImageConfigurationParser.Parse(input, "The configuration", layerCount: 1, Limits);

    /// <summary>The input is an in-toto statement with an SPDX document.</summary>
    public static void ReadAttestation(byte[] input)
    {
        var document = InTotoStatement.FindPredicate(Blob.FromBytes(input), "The attestation", CancellationToken.None);
        SpdxMerger.Merge("machine", 0, [new SpdxInput("image", "", document), new SpdxInput("other", "directory", document)], Limits);
    }

    /// <summary>The input is a reference, a platform or a digest.</summary>
    public static void ReadReference(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        Must(!Digest.TryParse(text, out var digest) || digest.ToString() == text, "a digest is its text");
        if (Platform.TryParse(text, out var platform))
        {
            Must(Platform.Parse(platform.ToString()) == platform, "a platform is read again");
        }

        var reference = ImageReference.Parse(text);
        Must(MustRead("A reference that was written", () => ImageReference.Parse(reference.ToString())) == reference, "a reference is read again");
        RegistryEndpoint.Select(reference.Registry, Options)[0].ManifestUrl(reference);
    }

    /// <summary>The input is lines of <c>WWW-Authenticate</c>, and a token server's answer.</summary>
    public static void ReadChallenge(byte[] input)
    {
        BearerToken.Parse(input);
        foreach (var challenge in ChallengeParser.Parse(Encoding.Latin1.GetString(input).Split('\n')))
        {
            TokenRealm.Parse(challenge.Find("realm"), Endpoint);
        }
    }

    /// <summary>The input is Docker's <c>config.json</c>.</summary>
    public static void ReadDockerConfiguration(byte[] input)
    {
        var file = DockerConfigFile.Parse("config.json", input);
        foreach (var registry in (string[])["docker.io", "registry.example.com:5000", "localhost"])
        {
            file.FindHelper(registry);
            if (file.FindCredential(registry) is { RegistryToken: null, IdentityToken: null } credential)
            {
                BasicScheme.HeaderOf(credential);
            }
        }
    }
}
