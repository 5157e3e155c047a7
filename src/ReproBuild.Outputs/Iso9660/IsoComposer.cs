using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Lays out a volume, then composes it: descriptors, path tables, boot catalog, directories, boot images, files.</summary>
internal sealed class IsoComposer(FileTree tree, Iso9660Options options, IsoBoot boot)
{
    private readonly SectorAllocator _allocator = new();
    private readonly ContinuationArea _continuation = new();
    private readonly List<(uint Sector, FileContent Content)> _parts = [];

    public IsoVolume Compose(CancellationToken cancellationToken)
    {
        var primary = IsoHierarchy.Create(tree, new PrimaryRules(tree, _continuation), cancellationToken);
        var joliet = options.Joliet ? IsoHierarchy.Create(tree, new JolietRules(), cancellationToken) : null;
        _allocator.Allocate(SystemAreaSectors * SectorSize);
        var descriptors = _allocator.Allocate((boot.Images.IsEmpty ? 2 : 3) * SectorSize + (joliet is null ? 0 : SectorSize));
        var primaryTables = AllocateTables(primary);
        var jolietTables = joliet is null ? default : AllocateTables(joliet);
        var catalog = _allocator.Allocate(boot.Images.IsEmpty ? 0 : SectorSize);
        AllocateDirectories(primary);
        var continuation = _allocator.Allocate((long)_continuation.SectorCount * SectorSize);
        if (joliet is not null)
        {
            AllocateDirectories(joliet);
        }

        var bootSectors = boot.Images.Select(image => _allocator.Allocate(image.Length)).ToArray();
        var extents = IsoExtents.Allocate(tree, _allocator);
        var layout = new IsoLayout(tree, extents.Sectors, bootSectors, (long)_allocator.Count * SectorSize);

        _parts.Add((0, FileContent.FromBytes(boot.CreateSystemArea?.Invoke(layout))));
        AddDescriptors(descriptors, Describe(primary, primaryTables), joliet is null ? null : Describe(joliet, jolietTables), catalog);
        AddTables(primary, primaryTables);
        AddDirectories(primary, extents, continuation);
        Add(continuation, _continuation.ToBytes(continuation));
        if (joliet is not null)
        {
            AddTables(joliet, jolietTables);
            AddDirectories(joliet, extents, continuation);
        }

        AddBootImages(layout, catalog, bootSectors);
        _parts.AddRange(extents.Contents.Select(content => (extents.Sectors[content], content)));
        return new IsoVolume(Join(layout.Length), layout);
    }

    private (uint L, uint M) AllocateTables(IsoHierarchy hierarchy) =>
        (_allocator.Allocate(PathTable.Size(hierarchy)), _allocator.Allocate(PathTable.Size(hierarchy)));

    private void AllocateDirectories(IsoHierarchy hierarchy)
    {
        foreach (var directory in hierarchy.Directories)
        {
            directory.Sector = _allocator.Allocate(directory.Size);
        }
    }

    private DescribedHierarchy Describe(IsoHierarchy hierarchy, (uint L, uint M) tables) =>
        new(hierarchy.Root, _allocator.Count, (uint)PathTable.Size(hierarchy), tables.L, tables.M);

    /// <summary>El Torito's record is the second descriptor (El Torito 1.0, section 2: it lies at sector 17).</summary>
    private void AddDescriptors(uint sector, DescribedHierarchy primary, DescribedHierarchy? joliet, uint catalog)
    {
        Add(sector++, VolumeDescriptor.CreatePrimary(primary, options));
        if (!boot.Images.IsEmpty)
        {
            Add(sector++, VolumeDescriptor.CreateBootRecord(catalog));
        }

        if (joliet is not null)
        {
            Add(sector++, VolumeDescriptor.CreateJoliet(joliet, options));
        }

        Add(sector, VolumeDescriptor.CreateTerminator());
    }

    private void AddTables(IsoHierarchy hierarchy, (uint L, uint M) tables)
    {
        Add(tables.L, PathTable.Encode(hierarchy, isBigEndian: false));
        Add(tables.M, PathTable.Encode(hierarchy, isBigEndian: true));
    }

    private void AddDirectories(IsoHierarchy hierarchy, IsoExtents extents, uint continuation)
    {
        foreach (var directory in hierarchy.Directories)
        {
            Add(directory.Sector, directory.Encode(extents, continuation));
        }
    }

    private void AddBootImages(IsoLayout layout, uint catalog, uint[] sectors)
    {
        if (boot.Images.IsEmpty)
        {
            return;
        }

        Add(catalog, BootCatalog.Encode(boot.Images, sectors));
        for (var i = 0; i < sectors.Length; i++)
        {
            _parts.Add((sectors[i], boot.Images[i].CreateContent(layout)));
        }
    }

    private void Add(uint sector, byte[] bytes) => _parts.Add((sector, FileContent.FromBytes(bytes)));

    private FileContent Join(long length)
    {
        var volume = new FileContentBuilder();
        foreach (var (sector, content) in _parts.OrderBy(static p => p.Sector))
        {
            volume.PadTo((long)sector * SectorSize).Append(content);
        }

        return volume.PadTo(length).Build();
    }
}
