using System.Text;
using ReproBuild.Outputs.Initrd;

namespace ReproBuild.Outputs.Tests.Initrd;

public sealed class CpioHeaderTests
{
    [Fact]
    public void The_fields_are_thirteen_numbers_of_eight_hexadecimal_digits_after_the_magic()
    {
        var header = new byte[CpioConstants.HeaderSize];
        new CpioHeader
        {
            Inode = 1,
            Mode = 0x81A4,
            UserId = 2,
            GroupId = 3,
            LinkCount = 4,
            ModificationTime = 1492533000,
            FileSize = uint.MaxValue,
            DeviceMajor = 7,
            DeviceMinor = 300,
            NameSize = 11,
        }.Encode(header);

        Assert.Equal(
            "070701" + "00000001" + "000081A4" + "00000002" + "00000003" + "00000004" + "58F63F08" + "FFFFFFFF" +
            "00000000" + "00000000" + "00000007" + "0000012C" + "0000000B" + "00000000",
            Encoding.ASCII.GetString(header));
    }
}
