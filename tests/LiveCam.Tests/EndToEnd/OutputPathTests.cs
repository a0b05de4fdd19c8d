using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Tests.Video;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Files that are written whole.</summary>
public class OutputPathTests
{
    [Fact]
    public void A_full_disk_leaves_what_was_there()
    {
        using var disk = SmallDisk.Mount("64k");
        var path = Path.Combine(disk.Path, "report.json");
        OutputPath.Write(path, stream => stream.Write("the old one"u8));
        Assert.Throws<LiveCamException>(() => OutputPath.Write(path, stream => stream.Write(new byte[100_000])));
        Assert.Equal("the old one", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(disk.Path));
        OutputPath.Write(path, stream => stream.Write("the new one"u8));
        Assert.Equal("the new one", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_stays_one_and_its_target_is_replaced()
    {
        var folder = Repository.NewFolder();
        var (target, link) = (Path.Combine(folder, "target.json"), Path.Combine(folder, "link.json"));
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);
        OutputPath.Write(link, stream => stream.Write("new"u8));
        Assert.Equal(("new", target), (File.ReadAllText(target), new FileInfo(link).LinkTarget));
    }
}
