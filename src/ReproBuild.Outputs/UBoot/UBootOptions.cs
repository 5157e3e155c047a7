using System.Text;

namespace ReproBuild.Outputs.UBoot;

/// <summary>What a U-Boot image holds; the value is its type number.</summary>
public enum UBootImageType
{
    /// <summary>A kernel.</summary>
    Kernel = 2,

    /// <summary>An initial RAM disk.</summary>
    RamDisk = 3,

    /// <summary>A script of U-Boot commands.</summary>
    Script = 6,
}

/// <summary>The architecture of a U-Boot image; the value is its number.</summary>
public enum UBootArchitecture
{
    /// <summary>64-bit ARM.</summary>
    Arm64 = 22,

    /// <summary>64-bit x86.</summary>
    Amd64 = 24,
}

/// <summary>How a U-Boot image is written.</summary>
public sealed class UBootOptions
{
    private const int MaxName = 32;

    /// <summary>What the image holds.</summary>
    public required UBootImageType Type { get; init; }

    /// <summary>The architecture it is for.</summary>
    /// <value>Default <see cref="UBootArchitecture.Arm64"/>.</value>
    public UBootArchitecture Architecture { get; init; } = UBootArchitecture.Arm64;

    /// <summary>Whether U-Boot unpacks the content, which is in gzip.</summary>
    /// <value>Default false.</value>
    public bool IsGzip { get; init; }

    /// <summary>Where U-Boot loads the content: a physical address in bytes.</summary>
    /// <value>Default 0.</value>
    public uint LoadAddress { get; init; }

    /// <summary>The physical address at which it starts a kernel.</summary>
    /// <value>Default 0.</value>
    public uint EntryPoint { get; init; }

    /// <summary>A name for people: up to 32 ASCII characters.</summary>
    /// <value>Default empty.</value>
    public string Name { get; init; } = "";

    /// <summary>The time stamp, in seconds since 1970-01-01T00:00:00Z: 0 to 4294967295.</summary>
    /// <value>Default <see cref="BuildOptions.LinuxKitEpoch"/>.</value>
    public long SourceDateEpoch { get; init; } = BuildOptions.LinuxKitEpoch;

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (Name.Length > MaxName || !Ascii.IsValid(Name))
        {
            throw new InvalidOptionException("UBootOptions.Name", $"UBootOptions.Name '{Name}' is longer than {MaxName} characters or not ASCII.");
        }

        if (SourceDateEpoch is < 0 or > uint.MaxValue)
        {
            throw new InvalidOptionException(
                "UBootOptions.SourceDateEpoch", $"UBootOptions.SourceDateEpoch {SourceDateEpoch} is not in the range from 0 to {uint.MaxValue}.");
        }
    }
}
