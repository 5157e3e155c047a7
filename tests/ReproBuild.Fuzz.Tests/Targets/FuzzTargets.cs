namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>Everything that reads what others made. To add a reader: a line here, and at least one input in <c>Corpus/NAME</c>.</summary>
internal static class FuzzTargets
{
    public static FuzzTarget[] All { get; } =
    [
        new("tar", TarTargets.ReadArchive),
        new("pax", TarTargets.ReadPaxRecords),
        new("sparse", TarTargets.ReadSparseFile),
        new("layer-record", LayerTargets.ReadRecord),
        new("gzip", CompressionTargets.ReadGzip),
        new("zstd", CompressionTargets.ReadLayer),

        // A kernel in LZMA may ask for a dictionary of 128 MiB.
        new("kernel", BootTargets.Decompress) { MaxAllocation = 192 << 20 },
        new("boot", BootTargets.ReadHeaders),
        new("journal", ConfigurationTargets.ReadJournal),
        new("yaml", ConfigurationTargets.ReadYaml),
        new("label", ConfigurationTargets.ReadLabel),
        new("manifest", RegistryTargets.ReadManifest),
        new("layout", RegistryTargets.ReadLayoutIndex),
        new("image-configuration", RegistryTargets.ReadImageConfiguration),
        new("attestation", RegistryTargets.ReadAttestation),
        new("reference", RegistryTargets.ReadReference),
        new("challenge", RegistryTargets.ReadChallenge),
        new("docker-config", RegistryTargets.ReadDockerConfiguration),
    ];
}
