using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.Initrd;
using ReproBuild.Outputs.SquashFs;

namespace ReproBuild.PublicApi.Tests.Snippets;

/// <summary>How a caller chooses another compression.</summary>
public sealed class Compression
{
    [Fact]
    public void The_formats_are_the_same_with_another_compression()
    {
        // begin formats
        var formats = StandardOutputFormats.Create(new OutputOptions
        {
            InitrdCompression = InitrdCompression.Zstd,
            SquashFsCompression = SquashFsCompression.Zstd,
            ErofsCompression = ErofsCompression.Lz4,
        });
        // end
        Assert.Equal(StandardOutputFormats.All.Select(static f => f.Name), formats.Select(static f => f.Name));
    }
}
