using LiveCam.Explain;
using LiveCam.Testing;

namespace LiveCam.Tests.Explain;

public class NpyFileTests
{
    [Fact]
    public void Bytes_follow_the_format()
    {
        var path = Path.Combine(Repository.NewFolder(), "map.npy");
        using (var file = File.Create(path))
            NpyFile.Write(file, [1, 2, 3, 4, 5, 6.5f], 2, 3);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        var header = bytes[8] + 256 * bytes[9];
        Assert.Equal(0, (10 + header) % 64);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }", System.Text.Encoding.ASCII.GetString(bytes, 10, header));
        Assert.Equal(6.5f, BitConverter.ToSingle(bytes, 10 + header + 20));
        Assert.Equal(10 + header + 24, bytes.Length);
    }

    [Fact]
    public void Numpy_reads_it()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/numpy/__init__.py"), "needs Debian's python3-numpy");
        var path = Path.Combine(Repository.NewFolder(), "map.npy");
        using (var file = File.Create(path))
            NpyFile.Write(file, [1, 2, 3, 4, 5, 6.5f], 1, 2, 3);
        var python = SystemPython.Run("-c", "import numpy,sys; a=numpy.load(sys.argv[1]); print(a.shape, a.dtype, a.sum())", path);
        Assert.Equal("(1, 2, 3) float32 21.5\n", python.Output);
    }
}
