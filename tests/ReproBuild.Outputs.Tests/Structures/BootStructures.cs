namespace ReproBuild.Outputs.Tests.Structures;

/// <summary>The fields of what boot programs and firmware start, written down from their specifications.</summary>
internal static class BootStructures
{
    /// <summary>U-Boot, include/image.h, "Legacy format image header".</summary>
    public static StructureField[] UImageHeader { get; } =
    [
        new("magic", 0, 4, FieldKind.Bytes), Big("header CRC", 4, 4), Big("time", 8, 4), Big("size", 12, 4), Big("load address", 16, 4),
        Big("entry point", 20, 4), Big("data CRC", 24, 4), Big("system", 28, 1), Big("architecture", 29, 1), Big("type", 30, 1), Big("compression", 31, 1),
        new("name", 32, 32, FieldKind.Ascii),
    ];

    /// <summary>Microsoft, "PE Format", COFF File Header.</summary>
    public static StructureField[] CoffHeader { get; } =
    [
        new("Machine", 0, 2), new("NumberOfSections", 2, 2), new("TimeDateStamp", 4, 4), new("PointerToSymbolTable", 8, 4), new("NumberOfSymbols", 12, 4),
        new("SizeOfOptionalHeader", 16, 2), new("Characteristics", 18, 2),
    ];

    /// <summary>Microsoft, "PE Format", Optional Header of PE32+, without its data directories.</summary>
    public static StructureField[] OptionalHeader { get; } =
    [
        new("Magic", 0, 2), new("MajorLinkerVersion", 2, 1), new("MinorLinkerVersion", 3, 1), new("SizeOfCode", 4, 4), new("SizeOfInitializedData", 8, 4),
        new("SizeOfUninitializedData", 12, 4), new("AddressOfEntryPoint", 16, 4), new("BaseOfCode", 20, 4), new("ImageBase", 24, 8),
        new("SectionAlignment", 32, 4), new("FileAlignment", 36, 4), new("MajorOperatingSystemVersion", 40, 2), new("MinorOperatingSystemVersion", 42, 2),
        new("MajorImageVersion", 44, 2), new("MinorImageVersion", 46, 2), new("MajorSubsystemVersion", 48, 2), new("MinorSubsystemVersion", 50, 2),
        new("Win32VersionValue", 52, 4), new("SizeOfImage", 56, 4), new("SizeOfHeaders", 60, 4), new("CheckSum", 64, 4), new("Subsystem", 68, 2),
        new("DllCharacteristics", 70, 2), new("SizeOfStackReserve", 72, 8), new("SizeOfStackCommit", 80, 8), new("SizeOfHeapReserve", 88, 8),
        new("SizeOfHeapCommit", 96, 8), new("LoaderFlags", 104, 4), new("NumberOfRvaAndSizes", 108, 4),
    ];

    /// <summary>Microsoft, "PE Format", Section Table.</summary>
    public static StructureField[] SectionHeader { get; } =
    [
        new("Name", 0, 8, FieldKind.Ascii), new("VirtualSize", 8, 4), new("VirtualAddress", 12, 4), new("SizeOfRawData", 16, 4), new("PointerToRawData", 20, 4),
        new("PointerToRelocations", 24, 4), new("PointerToLinenumbers", 28, 4), new("NumberOfRelocations", 32, 2), new("NumberOfLinenumbers", 34, 2),
        new("Characteristics", 36, 4, FieldKind.Bytes),
    ];

    private static StructureField Big(string name, int offset, int length) => new(name, offset, length, FieldKind.Big);
}
