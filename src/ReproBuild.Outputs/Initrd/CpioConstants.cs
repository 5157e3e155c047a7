namespace ReproBuild.Outputs.Initrd;

/// <summary>Fixed values of the "new ASCII" cpio format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst; cpio(5)).</summary>
internal static class CpioConstants
{
    /// <summary>Six bytes of magic and thirteen fields of eight hexadecimal digits.</summary>
    public const int HeaderSize = 110;

    /// <summary>Names and data begin at multiples of this.</summary>
    public const int Alignment = 4;

    /// <summary>Linux skips an entry whose name, its NUL included, is longer (init/initramfs.c; PATH_MAX).</summary>
    public const int MaxNameSize = 4096;

    /// <summary>The file size is a field of 32 bits.</summary>
    public const long MaxFileSize = uint.MaxValue;

    public static ReadOnlySpan<byte> Magic => "070701"u8;

    /// <summary>The name of the entry that ends an archive.</summary>
    public static ReadOnlySpan<byte> TrailerName => "TRAILER!!!"u8;
}
