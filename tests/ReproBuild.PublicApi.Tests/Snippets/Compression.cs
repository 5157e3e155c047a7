using ReproBuild.Outputs.Erofs;
using ReproBuild.Outputs.SquashFs;

namespace ReproBuild.PublicApi.Tests.Snippets;

/// <summary>How a caller chooses another compression.</summary>
public sealed class Compression
{
    [Fact]
    public void A_format_with_another_compression_takes_the_place_of_the_standard_one()
    {
        // begin formats
        IOutputFormat[] formats =
        [
            .. StandardOutputFormats.All.Where(format => format.Name is not ("kernel+squashfs" or "kernel+erofs")),
            new KernelSquashFsFormat(SquashFsCompression.Zstd),
            new KernelErofsFormat(ErofsCompression.Lz4),
        ];
        // end
        Assert.Equal(StandardOutputFormats.All.Select(static f => f.Name).Order(), formats.Select(static f => f.Name).Order());
    }
}
