using System.Globalization;

namespace ReproBuild.Core.Building.Assembling;

/// <summary>Where a container lives in the root file system.</summary>
internal static class ContainerPath
{
    /// <summary><c>containers/onboot/000-name</c> where the order matters, <c>containers/services/name</c> where it does not.</summary>
    public static string Directory(string section, int position, string name, bool numbered) => numbered
        ? string.Create(CultureInfo.InvariantCulture, $"containers/{section}/{position:D3}-{name}")
        : $"containers/{section}/{name}";
}
