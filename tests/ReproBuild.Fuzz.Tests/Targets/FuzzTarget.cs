namespace ReproBuild.Fuzz.Tests.Targets;

/// <summary>A reader of outside data, as a fuzzer drives it.</summary>
/// <param name="Name">Its name, and that of its folder below <c>Corpus</c>.</param>
/// <param name="Read">Reads an input; a <see cref="ReproBuildException"/> refuses it, and any other exception is a fault.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read)
{
    /// <summary>Small, so that an input takes little time; each can be reached by one of a few kilobytes.</summary>
    public static InputLimits Limits { get; } = new()
    {
        MaxArchiveEntries = 1000,
        MaxTreeEntries = 2000,
        MaxTreePathSize = 1 << 20,
        MaxGlobalHeaderSize = 1 << 12,
        MaxExtendedHeaderSize = 1 << 16,
        MaxMetadataSize = 1 << 20,
        MaxHoleSize = 1 << 20,
        MaxArchiveSize = 4 << 20,
        MaxCompressionRatio = 100,
        CompressionRatioThreshold = 1 << 20,
        MaxManifestSize = 1 << 16,
        MaxDescriptors = 64,
        MaxImageSize = 1L << 40,
        MaxLayoutImages = 64,
        MaxAttestationSize = 1 << 16,
        MaxConfigurationSize = 1 << 16,
    };

    /// <summary>More bytes than any input makes it allocate with <see cref="Limits"/>.</summary>
    public long MaxAllocation { get; init; } = 32 << 20;

    /// <summary>Reads an input, and returns whether it was accepted.</summary>
    public bool Accepts(byte[] input)
    {
        try
        {
            Read(input);
            return true;
        }
        catch (ReproBuildException)
        {
            return false;
        }
    }

    /// <summary>What must not be refused, since ReproBuild wrote it.</summary>
    public static T MustRead<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ReproBuildException e)
        {
            throw new InvalidOperationException($"{what} is refused.", e);
        }
    }

    /// <summary>A property that holds for every input.</summary>
    public static void Must(bool holds, string property)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"This does not hold: {property}.");
        }
    }
}
