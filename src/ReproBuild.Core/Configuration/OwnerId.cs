namespace ReproBuild.Core.Configuration;

/// <summary>A user or group id: a number, or the name of a container whose id is meant.</summary>
public readonly record struct OwnerId
{
    private const string RootName = "root";

    /// <summary>The id with a number.</summary>
    public OwnerId(uint number) => Number = number;

    /// <summary>The id of a container.</summary>
    /// <param name="containerName">The container's name; <c>root</c> means the number 0.</param>
    public OwnerId(string containerName)
    {
        ArgumentNullException.ThrowIfNull(containerName);
        ContainerName = containerName;
    }

    /// <summary>The number 0.</summary>
    public static OwnerId Root => default;

    /// <summary>The number, when <see cref="ContainerName"/> is null.</summary>
    public uint Number { get; }

    /// <summary>The name of a container, or null.</summary>
    public string? ContainerName { get; }

    /// <summary>Whether the number 0 is meant, as a number or as a word.</summary>
    internal bool IsRoot => ContainerName is null ? Number == 0 : ContainerName == RootName;
}
