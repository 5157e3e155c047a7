using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Bios;
using ReproBuild.Testing.Kernels;

namespace ReproBuild.Outputs.Tests.Boot;

public class BiosBootProgramTests
{
    private static readonly BiosBootTable Table = new(new BootExtent(4096, 70_000), new BootExtent(81_920, 1_000_000), new BootExtent(2048, 17));

    [Fact]
    public void The_table_counts_in_units_of_512_bytes()
    {
        var program = BiosBootProgram.ForDisk(Table);
        Assert.Equal(2048, program.Length);
        Assert.Equal("RBLD"u8, program.AsSpan(512, 4));
        uint[] expected = [8, 70_000, 160, 1_000_000, 4, 17];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(program.AsSpan(516 + (4 * i)))));
    }

    [Fact]
    public void The_first_sector_leaves_room_for_signature_and_partition_table()
    {
        var program = BiosBootProgram.ForDisk(Table);
        Assert.Equal(new byte[70], program[440..510]);
        Assert.Equal([0x55, 0xaa], program[510..512]);
    }

    [Fact]
    public void Only_on_a_CD_is_the_whole_program_loaded_by_the_firmware()
    {
        var (disk, cd) = (BiosBootProgram.ForDisk(Table), BiosBootProgram.ForCd(Table));
        Assert.Equal((0, 1), (disk[3], cd[3]));
        cd[3] = 0;
        Assert.Equal(disk, cd);
    }

    [Fact]
    public void A_file_that_begins_inside_a_sector_is_refused() =>
        Assert.Throws<ArgumentException>(() => BiosBootProgram.ForDisk(Table with { Initrd = new BootExtent(1000, 5) }));

    [Fact]
    public void An_arm64_kernel_is_refused()
    {
        var error = Assert.Throws<OutputFormatException>(() => BiosBootProgram.Check(SyntheticKernel.Arm64Image(), null, ""));
        Assert.StartsWith("a BIOS starts no arm64 kernel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_beyond_the_programs_own_limit_is_refused()
    {
        var kernel = SyntheticKernel.BzImage(commandLineSize: 1_000_000);
        BiosBootProgram.Check(kernel, null, new string('x', 8191));
        var error = Assert.Throws<OutputFormatException>(() => BiosBootProgram.Check(kernel, null, new string('x', 8192)));
        Assert.Contains("8191", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_initrd_of_2_GiB_is_refused()
    {
        var initrd = new FileContentBuilder().AppendZeros(1L << 31).Build();
        var error = Assert.Throws<OutputFormatException>(() => BiosBootProgram.Check(SyntheticKernel.BzImage(), initrd, ""));
        Assert.Contains("2 GiB", error.Message, StringComparison.Ordinal);
    }
}
