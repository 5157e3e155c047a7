using ReproBuild.Core.FileSystem;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>The Joliet hierarchy: long names in Unicode, and nothing else.</summary>
internal sealed class JolietRules : IHierarchyRules
{
    public List<NamedEntry> Name(FileTreeEntry directory) => JolietNames.Of(directory);

    public SystemUse Describe(NamedEntry named) => SystemUse.None;

    public SystemUse DescribeDots(FileTreeEntry directory, bool isVolumeRoot) => SystemUse.None;
}
