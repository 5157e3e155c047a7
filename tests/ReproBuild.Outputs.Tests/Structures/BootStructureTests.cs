using System.Buffers.Binary;
using ReproBuild.Core.FileSystem;
using ReproBuild.Outputs.Boot.Uefi;
using ReproBuild.Outputs.UBoot;
using ReproBuild.Testing.Kernels;
using ReproBuild.Testing.Tools;

namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The headers of unified kernel images and of U-Boot's.</summary>
public sealed class BootStructureTests
{
    private const int CoffOffset = 4;
    private const int OptionalOffset = 24;
    private const int SectionSize = 40;

    private readonly StructureSnapshot _snapshot = new();

    public static TheoryData<string> Architectures => ["amd64", "arm64"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Unified_kernel_image(string architecture)
    {
        var kernel = architecture == "amd64" ? SyntheticKernel.BzImage() : SyntheticKernel.Arm64Image();
        var image = UnifiedKernelImage.Create(
            kernel,
            new UnifiedKernelImageOptions { Initrd = FileContent.FromBytes("initrd"u8.ToArray()), CommandLine = "console=ttyS0 quiet" },
            TestContext.Current.CancellationToken).ToArray();

        var header = image.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(0x3c)));
        _snapshot.Add("COFF file header", BootStructures.CoffHeader, header[CoffOffset..]);
        _snapshot.Add("optional header", BootStructures.OptionalHeader, header[OptionalOffset..]);
        var sections = header[(OptionalOffset + BinaryPrimitives.ReadUInt16LittleEndian(header[20..]))..];
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(header[6..]); i++)
        {
            _snapshot.Add($"section {i + 1}", BootStructures.SectionHeader, sections[(i * SectionSize)..]);
        }

        _snapshot.AssertEquals($"unified-kernel-image-{architecture}");
    }

    [Fact]
    public void UImages()
    {
        foreach (var type in Enum.GetValues<UBootImageType>().Order())
        {
            var options = new UBootOptions { Type = type, IsGzip = type == UBootImageType.Kernel, LoadAddress = 0x80000, EntryPoint = 0x80000, Name = "name" };
            var image = UBootImage.Create(FileContent.FromBytes("content"u8.ToArray()), options, TestContext.Current.CancellationToken).ToArray();
            _snapshot.Add($"{type}", BootStructures.UImageHeader, image);
        }

        _snapshot.AssertEquals("uimage");
    }
}
