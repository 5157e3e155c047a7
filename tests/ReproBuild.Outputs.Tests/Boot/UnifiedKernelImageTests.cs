using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Text;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Boot;

public class UnifiedKernelImageTests
{
    private static readonly FileContent Initrd = FileContent.FromBytes(Enumerable.Range(0, 5000).Select(static i => unchecked((byte)i)).ToArray());

    [Fact]
    public void The_sections_hold_what_was_given_and_the_kernel_comes_last()
    {
        var kernel = SyntheticKernel.BzImage();
        var image = Create(kernel, "quiet console=ttyS0");
        using var reader = new PEReader(new MemoryStream(image));
        Assert.Equal([".text", ".osrel", ".cmdline", ".uname", ".initrd", ".linux"], reader.PEHeaders.SectionHeaders.Select(static s => s.Name));
        Assert.Equal("quiet console=ttyS0"u8, Section(reader, ".cmdline"));
        Assert.Equal("6.1.0-test"u8, Section(reader, ".uname"));
        Assert.StartsWith("ID=linuxkit\n", Encoding.UTF8.GetString(Section(reader, ".osrel")), StringComparison.Ordinal);
        Assert.Equal(Bytes(Initrd), Section(reader, ".initrd"));
        Assert.Equal(Bytes(kernel), Section(reader, ".linux").AsSpan(0, (int)kernel.Length));
    }

    [Fact]
    public void The_kernel_has_the_memory_that_it_asks_for()
    {
        using var reader = new PEReader(new MemoryStream(Create(SyntheticKernel.BzImage(), "")));
        Assert.Equal(2 * 64 * 1024, reader.PEHeaders.SectionHeaders[^1].VirtualSize);
    }

    [Fact]
    public void Addresses_rise_without_overlap_and_end_with_the_image()
    {
        using var reader = new PEReader(new MemoryStream(Create(SyntheticKernel.BzImage(), "quiet")));
        var end = 0;
        foreach (var section in reader.PEHeaders.SectionHeaders)
        {
            Assert.True(section.VirtualAddress >= end, section.Name);
            Assert.Equal(0, section.VirtualAddress % reader.PEHeaders.PEHeader!.SectionAlignment);
            Assert.Equal(0, section.PointerToRawData % reader.PEHeaders.PEHeader.FileAlignment);
            end = section.VirtualAddress + section.VirtualSize;
        }

        Assert.InRange(reader.PEHeaders.PEHeader!.SizeOfImage - end, 0, reader.PEHeaders.PEHeader.SectionAlignment - 1);
    }

    [Fact]
    public void The_checksum_is_right_and_the_time_stamp_zero()
    {
        var image = Create(SyntheticKernel.BzImage(), "quiet");
        using var reader = new PEReader(new MemoryStream(image));
        Assert.Equal(0, reader.PEHeaders.CoffHeader.TimeDateStamp);
        var checksumOffset = reader.PEHeaders.PEHeaderStartOffset + 64;
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(checksumOffset));
        image.AsSpan(checksumOffset, 4).Clear();
        uint sum = 0;
        for (var i = 0; i < image.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(i));
            sum = (sum & 0xffff) + (sum >> 16);
        }

        Assert.Equal(sum + (uint)image.Length, stored);
    }

    [Fact]
    public async Task Objdump_reads_the_sections()
    {
        var objdump = new ExternalTool("objdump", "binutils");
        Assert.SkipUnless(objdump.IsAvailable, objdump.SkipReason);
        using var directory = new TemporaryDirectory("uki");
        await File.WriteAllBytesAsync(directory["image.efi"], Create(SyntheticKernel.BzImage(), "quiet"), TestContext.Current.CancellationToken);
        var listing = await objdump.RunAsync(["-h", "-s", "-j", ".cmdline", directory["image.efi"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("file format pei-x86-64", listing, StringComparison.Ordinal);
        Assert.Contains("71756965 74", listing, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stub_is_that_of_the_kernels_architecture()
    {
        using var reader = new PEReader(new MemoryStream(Create(SyntheticKernel.Arm64Image(), "quiet")));
        Assert.Equal(Machine.Arm64, reader.PEHeaders.CoffHeader.Machine);
        Assert.DoesNotContain(".uname", reader.PEHeaders.SectionHeaders.Select(static s => s.Name));
    }

    [Fact]
    public void Systemds_stub_can_be_used_instead()
    {
        const string Stub = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
        Assert.SkipUnless(File.Exists(Stub), "systemd-boot-efi is not installed.");
        using var blob = new FileBlob(Stub);
        var stub = new FileContent(blob, 0, blob.Length);
        using var reader = new PEReader(new MemoryStream(Create(SyntheticKernel.BzImage(), "quiet", stub)));
        Assert.Equal("quiet"u8, Section(reader, ".cmdline"));
        Assert.Equal(0, reader.PEHeaders.CoffHeader.NumberOfSymbols);
    }

    [Fact]
    public void A_stub_of_another_architecture_is_refused()
    {
        var stub = UefiStub.ForArchitecture("arm64");
        var error = Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "", stub));
        Assert.Contains("architecture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_stub_is_refused()
    {
        var stub = Bytes(UefiStub.ForArchitecture("amd64")!);
        using (var reader = new PEReader(new MemoryStream(stub)))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(stub.AsSpan(reader.PEHeaders.PEHeaderStartOffset + 112 + 32), 0x100_0000_2000);
        }

        var content = FileContent.FromBytes(stub);
        var error = Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "", content));
        Assert.Contains("signed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stub_that_is_no_program_is_refused()
    {
        var stub = FileContent.FromBytes(new byte[4096]);
        var error = Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "", stub));
        Assert.Contains("not a PE32+ program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arm64_kernel_that_unpacks_itself_is_taken()
    {
        // EFI zboot (Linux, drivers/firmware/efi/libstub/zboot-header.S): an EFI program with another magic number.
        var bytes = Bytes(SyntheticKernel.Arm64Image());
        "MZ\0\0zimg"u8.CopyTo(bytes);
        bytes.AsSpan(0x38, 4).Clear();
        using var reader = new PEReader(new MemoryStream(Create(FileContent.FromBytes(bytes), "quiet")));
        Assert.Equal(Machine.Arm64, reader.PEHeaders.CoffHeader.Machine);
    }

    [Fact]
    public void Data_after_a_stubs_symbols_are_kept()
    {
        var stub = Bytes(UefiStub.ForArchitecture("amd64")!);
        int symbols;
        using (var reader = new PEReader(new MemoryStream(stub)))
        {
            symbols = reader.PEHeaders.PEHeaderStartOffset - 12;
        }

        BinaryPrimitives.WriteInt32LittleEndian(stub.AsSpan(symbols), 4096);
        BinaryPrimitives.WriteInt32LittleEndian(stub.AsSpan(symbols + 4), 1);
        var image = Create(SyntheticKernel.BzImage(), "quiet", FileContent.FromBytes(stub));
        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(symbols)));
        Assert.Equal(stub.AsSpan(4096), image.AsSpan(4096, stub.Length - 4096));
    }

    [Fact]
    public void A_stub_that_ends_inside_its_table_of_sections_is_refused()
    {
        var stub = Bytes(UefiStub.ForArchitecture("amd64")!);
        using (var reader = new PEReader(new MemoryStream(stub)))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(stub.AsSpan(reader.PEHeaders.PEHeaderStartOffset - 18), ushort.MaxValue);
        }

        var content = FileContent.FromBytes(stub);
        Assert.Contains("table of sections", Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "", content)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stub_with_as_many_sections_as_there_can_be_is_refused()
    {
        var stub = Bytes(UefiStub.ForArchitecture("amd64")!);
        Array.Resize(ref stub, 4 << 20);
        using (var reader = new PEReader(new MemoryStream(stub)))
        {
            BinaryPrimitives.WriteInt32LittleEndian(stub.AsSpan(reader.PEHeaders.PEHeaderStartOffset + 60), stub.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(stub.AsSpan(reader.PEHeaders.PEHeaderStartOffset - 18), ushort.MaxValue - 1);
        }

        var content = FileContent.FromBytes(stub);
        Assert.Contains(
            "room for 1 more sections only",
            Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "quiet", content)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(112)]
    [InlineData(239)]
    public void A_stub_whose_sections_are_described_inside_its_other_headers_is_refused(ushort optionalHeaderSize)
    {
        var stub = Bytes(UefiStub.ForArchitecture("amd64")!);
        using (var reader = new PEReader(new MemoryStream(stub)))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(stub.AsSpan(reader.PEHeaders.PEHeaderStartOffset - 4), optionalHeaderSize);
        }

        var content = FileContent.FromBytes(stub);
        Assert.Contains("not a PE32+ program", Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(), "", content)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_an_EFI_entry_is_refused()
    {
        var error = Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(isEfi: false), ""));
        Assert.Contains("CONFIG_EFI_STUB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_in_gzip_is_refused_with_the_remedy()
    {
        var error = Assert.Throws<OutputFormatException>(() => Create(FileContent.FromBytes(new byte[] { 0x1f, 0x8b, 8, 0 }), ""));
        Assert.Contains("DecompressKernel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_may_be_as_long_as_the_kernel_takes_and_no_longer()
    {
        Create(SyntheticKernel.BzImage(commandLineSize: 100), new string('x', 100));
        var error = Assert.Throws<OutputFormatException>(() => Create(SyntheticKernel.BzImage(commandLineSize: 100), new string('x', 101)));
        Assert.Contains("101 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_above_4_GiB_is_refused_before_anything_is_read()
    {
        var huge = new FileContentBuilder().AppendZeros(5L << 30).Build();
        var options = new UnifiedKernelImageOptions { Initrd = huge };
        var error = Assert.Throws<OutputFormatException>(() => UnifiedKernelImage.Create(SyntheticKernel.BzImage(), options, default));
        Assert.Contains(".initrd", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Create(FileContent kernel, string commandLine, FileContent? stub = null)
    {
        var options = new UnifiedKernelImageOptions { Initrd = Initrd, CommandLine = commandLine, UefiStub = stub };
        return Bytes(UnifiedKernelImage.Create(kernel, options, TestContext.Current.CancellationToken));
    }

    private static byte[] Section(PEReader reader, string name)
    {
        var header = reader.PEHeaders.SectionHeaders.Single(s => s.Name == name);
        var content = reader.GetEntireImage().GetContent().AsSpan(header.PointerToRawData, header.SizeOfRawData);
        return content[..Math.Min(header.VirtualSize, content.Length)].ToArray();
    }

    private static byte[] Bytes(FileContent content) => content.ToArray();
}
