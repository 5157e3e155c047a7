using ReproBuild.Core.FileSystem;

namespace ReproBuild.Core.Tests.FileSystem;

public sealed class InodeTests
{
    private static readonly FileTime Time = new(5, 6);

    private static readonly Inode Full = new()
    {
        Type = FileType.CharacterDevice,
        Mode = (UnixFileMode)0xFFF,
        UserId = 1,
        GroupId = 2,
        ModificationTime = new FileTime(3, 4),
        Content = FileContent.FromBytes("old"u8.ToArray()),
        LinkTarget = "target",
        DeviceMajor = 5,
        DeviceMinor = 6,
        ExtendedAttributes = [new ExtendedAttribute("user.a", "b")],
    };

    [Fact]
    public void A_mode_with_the_bits_of_a_type_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Inode { Type = FileType.RegularFile, Mode = (UnixFileMode)0x81A4 });
        Assert.Contains("0 to 07777 (octal)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_differs_in_what_was_asked_for_and_in_nothing_else()
    {
        var content = FileContent.FromBytes("new"u8.ToArray());
        AssertSame(Full.Copy(), Full.ModificationTime, 1, 2, Full.Content);
        AssertSame(Full.WithTime(Time), Time, 1, 2, Full.Content);
        AssertSame(Full.WithOwner(8, 9), Full.ModificationTime, 8, 9, Full.Content);
        AssertSame(Full.WithContent(content), Full.ModificationTime, 1, 2, content);

        static void AssertSame(Inode copy, FileTime time, uint userId, uint groupId, FileContent content)
        {
            Assert.NotSame(Full, copy);
            Assert.Equal((Full.Type, Full.Mode, time, userId, groupId), (copy.Type, copy.Mode, copy.ModificationTime, copy.UserId, copy.GroupId));
            Assert.Same(content, copy.Content);
            Assert.Equal((Full.LinkTarget, 5u, 6u), (copy.LinkTarget, copy.DeviceMajor, copy.DeviceMinor));
            Assert.Equal(Full.ExtendedAttributes, copy.ExtendedAttributes);
        }
    }

    /// <summary>Only then is it looked for among all others when a tree is finished.</summary>
    [Fact]
    public void An_inode_may_be_linked_from_its_second_name_on()
    {
        var inode = Full.Copy();
        foreach (var isLinked in (bool[])[false, true, true])
        {
            inode.AddName();
            Assert.Equal(isLinked, inode.MayBeLinked);
        }

        Assert.False(inode.Copy().MayBeLinked);
    }

    [Fact]
    public void What_is_made_without_more_has_the_usual_modes()
    {
        Inode[] made = [Inode.File(FileContent.Empty, time: Time), Inode.Directory(time: Time), Inode.SymbolicLink("t", Time)];
        Assert.Equal([0x1A4, 0x1ED, 0x1FF], made.Select(static inode => (int)inode.Mode));
        Assert.All(made, static inode => Assert.Equal(Time, inode.ModificationTime));
        Assert.Equal("t", Inode.SymbolicLink("t").LinkTarget);
        Assert.Equal((true, false), (Inode.Directory().IsDirectory, Inode.SymbolicLink("t").IsDirectory));
    }

    [Fact]
    public void Times_are_ordered_by_seconds_and_then_by_nanoseconds()
    {
        FileTime[] ordered = [new(-2, 999_999_999), new(-1), FileTime.UnixEpoch, new(0, 1), new(1), new(1, 2)];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(Math.Sign(i - j), ordered[i].CompareTo(ordered[j]));
                Assert.Equal((i < j, i <= j, i > j, i >= j), (ordered[i] < ordered[j], ordered[i] <= ordered[j], ordered[i] > ordered[j], ordered[i] >= ordered[j]));
            }
        }
    }
}
