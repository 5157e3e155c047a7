namespace ReproBuild.Testing.Boot;

/// <summary>The files of EDK2's firmware that Debian installs.</summary>
internal sealed record QemuFirmwareFiles(string Code, string Variables)
{
    private static readonly QemuFirmwareFiles[] Amd64 =
    [
        new("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        new("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
    ];

    private static readonly QemuFirmwareFiles[] Arm64 = [new("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd")];

    public static QemuFirmwareFiles? Find(string architecture) =>
        (architecture == "arm64" ? Arm64 : Amd64).FirstOrDefault(static pair => File.Exists(pair.Code) && File.Exists(pair.Variables));

    public static string SkipReason(string architecture) =>
        $"EDK2 for {architecture} is not installed (Debian package {(architecture == "arm64" ? "qemu-efi-aarch64" : "ovmf")}; ./test installs it).";
}
