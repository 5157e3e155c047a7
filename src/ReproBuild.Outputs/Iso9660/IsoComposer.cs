using ReproBuild.Core.FileSystem;
using static ReproBuild.Outputs.Iso9660.IsoConstants;

namespace ReproBuild.Outputs.Iso9660;

/// <summary>Lays out a volume, then composes it: descriptors, path tables, boot catalog, directories, boot images, files.</summary>
internal sealed class IsoComposer(FileTree tree, Iso9660Options options)
{
    private readonly SectorAllocator _allocator = new();
    private readonly ContinuationArea _continuation = new();
    private readonly List<(uint Sector, FileContent Content)> _parts = [];

    public Iso9660Image Compose(CancellationToken cancellationToken)
    {
        var primary = IsoHierarchy.Create(tree, new PrimaryRules(tree, _continuation), options.FormatName, cancellationToken);
        var joliet = options.Joliet ? IsoHierarchy.Create(tree, new JolietRules(options.FormatName), options.FormatName, cancellationToken) : null;
        _allocator.Allocate(Iso9660Options.SystemAreaLength);
        var descriptors = _allocator.Allocate((options.BootImages.IsEmpty ? 2 : 3) * SectorSize + (joliet is null ? 0 : SectorSize));
        var primaryTables = AllocateTables(primary);
        var jolietTables = joliet is null ? default : AllocateTables(joliet);
        var catalog = _allocator.Allocate(options.BootImages.IsEmpty ? 0 : SectorSize);
        AllocateDirectories(primary);
        var continuation = _allocator.Allocate((long)_continuation.SectorCount * SectorSize);
        if (joliet is not null)
        {
            AllocateDirectories(joliet);
        }

        var bootSectors = options.BootImages.Select(image => _allocator.Allocate(image.Length)).ToArray();
        var extents = IsoExtents.Allocate(tree, _allocator);
        var layout = new Iso9660Layout(tree, extents.Sectors, bootSectors, (long)_allocator.Count * SectorSize);

        AddSystemArea(layout);
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
        return new Iso9660Image(Join(layout.Length), layout);
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

    private void AddSystemArea(Iso9660Layout layout)
    {
        var area = options.CreateSystemArea?.Invoke(layout) ?? default;
        if (area.Length > Iso9660Options.SystemAreaLength)
        {
            throw new ArgumentException($"Iso9660Options.CreateSystemArea made {area.Length} bytes; there is room for {Iso9660Options.SystemAreaLength}.");
        }

        _parts.Add((0, FileContent.FromBytes(area)));
    }

    /// <summary>El Torito's record is the second descriptor (El Torito 1.0, section 2: it lies at sector 17).</summary>
    private void AddDescriptors(uint sector, DescribedHierarchy primary, DescribedHierarchy? joliet, uint catalog)
    {
        Add(sector++, VolumeDescriptor.CreatePrimary(primary, options));
        if (!options.BootImages.IsEmpty)
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

    private void AddBootImages(Iso9660Layout layout, uint catalog, uint[] sectors)
    {
        if (options.BootImages.IsEmpty)
        {
            return;
        }

        Add(catalog, BootCatalog.Encode(options.BootImages, sectors));
        for (var i = 0; i < sectors.Length; i++)
        {
            var (image, content) = (options.BootImages[i], options.BootImages[i].CreateContent(layout));
            if (content.Length != image.Length)
            {
                throw new ArgumentException($"Iso9660BootImage.CreateContent made {content.Length} bytes, and Iso9660BootImage.Length is {image.Length}.");
            }

            _parts.Add((sectors[i], content));
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
