using System.Security.Cryptography;
using LiveCam.Core;
using LiveCam.Explain.Models;
using LiveCam.Testing;

namespace LiveCam.Tests.Models;

/// <summary>Downloads from a real server on the loopback that behaves as badly as real ones do.</summary>
public sealed class ModelDownloadTests : IDisposable
{
    private const int Size = 300_000;

    private readonly byte[] _file = Noise();
    private readonly FileServer _server = new();
    private readonly string _part = Path.Combine(Repository.NewFolder(), "model.onnx.part");
    private readonly List<long> _progress = [];

    public ModelDownloadTests() => _server.Files["net.onnx"] = _file;

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_whole_file_comes_in_one_request()
    {
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx"], _server.Requests);
        Assert.Equal((0, Size), (_progress[0], _progress[^1]));
        Assert.Equal(_progress.Order(), _progress);
    }

    [Fact]
    public void What_came_before_is_not_asked_for_again()
    {
        File.WriteAllBytes(_part, _file[..123_456]);
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx from 123456"], _server.Requests);
        Assert.Equal(123_456, _progress[0]);
    }

    [Fact]
    public void A_file_that_is_complete_is_only_checked()
    {
        File.WriteAllBytes(_part, _file);
        Fetch();
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_ignores_ranges_starts_over(bool tellsLength)
    {
        File.WriteAllBytes(_part, [.. Enumerable.Repeat((byte)7, 123_456)]);
        _server.Otherwise = new Serving(Ranges: false, Length: tellsLength);
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx from 123456"], _server.Requests);
    }

    [Fact]
    public void A_range_that_is_refused_is_followed_by_a_request_for_the_whole()
    {
        File.WriteAllBytes(_part, _file[..1000]);
        _server.Next.Enqueue(new Serving("416 Range Not Satisfiable"));
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx from 1000", "net.onnx"], _server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_broken_connection_is_resumed(bool tellsLength)
    {
        _server.Next.Enqueue(new Serving(CutAfter: 100_000, Length: tellsLength));
        _server.Next.Enqueue(new Serving(CutAfter: 50_000, Length: tellsLength));
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx", "net.onnx from 100000", "net.onnx from 150000"], _server.Requests);
    }

    [Fact]
    public void A_connection_that_breaks_too_often_is_given_up_and_what_came_is_kept()
    {
        _server.Otherwise = new Serving(CutAfter: 1000);
        var error = Assert.Throws<LiveCamException>(Fetch);
        Assert.Contains("Run the same command again later", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests.Count);
        Assert.Equal(_file[..4000], File.ReadAllBytes(_part));
    }

    [Fact]
    public void A_connection_that_breaks_often_but_brings_much_is_not_given_up()
    {
        var big = new byte[7_000_000];
        _file.CopyTo(big, 6_500_000);
        _server.Files["big.onnx"] = big;
        _server.Otherwise = new Serving(CutAfter: 1 << 20);
        new ModelDownload { Pause = TimeSpan.Zero }
            .Fetch(new Uri(_server.Address + "big.onnx"), _part, big.Length, Sum(big), _progress.Add, CancellationToken.None);
        Assert.Equal(Sum(big), Sum(File.ReadAllBytes(_part)));
        Assert.Equal(7, _server.Requests.Count);
    }

    [Fact]
    public void Trouble_inside_the_server_passes()
    {
        _server.Next.Enqueue(new Serving("503 Service Unavailable"));
        _server.Next.Enqueue(new Serving("429 Too Many Requests"));
        Fetch();
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public void A_stalled_server_is_left_and_asked_for_the_rest()
    {
        _server.Next.Enqueue(new Serving(StallAfter: 100_000));
        new ModelDownload { Pause = TimeSpan.Zero, Patience = TimeSpan.FromSeconds(1) }
            .Fetch(Uri, _part, Size, Sum(_file), _progress.Add, CancellationToken.None);
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(["net.onnx", "net.onnx from 100000"], _server.Requests);
    }

    [Fact]
    public void A_server_that_stays_stalled_is_given_up_with_the_time_that_was_waited()
    {
        _server.Otherwise = new Serving(StallAfter: 0);
        var error = Assert.Throws<LiveCamException>(() => new ModelDownload { Pause = TimeSpan.Zero, Patience = TimeSpan.FromSeconds(0.25) }
            .Fetch(Uri, _part, Size, Sum(_file), _progress.Add, CancellationToken.None));
        Assert.Equal("nothing came for 0.25 s", error.Why);
        // A busy server may note a request only after its client has left.
        Assert.True(SpinWait.SpinUntil(() => _server.Requests.Count == 4, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_wrong_hash_is_refused_with_both_sums_and_nothing_is_kept()
    {
        var other = _file.ToArray();
        other[Size / 2] ^= 1;
        _server.Files["net.onnx"] = other;
        var error = Assert.Throws<LiveCamException>(Fetch);
        Assert.Contains(Sum(other), error.Why, StringComparison.Ordinal);
        Assert.Contains(Sum(_file), error.Why, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Input, error.ExitCode);
        Assert.False(File.Exists(_part));
    }

    [Fact]
    public void A_longer_file_is_refused_before_a_byte_of_it_is_written()
    {
        File.WriteAllBytes(_part, _file[..1000]);
        _server.Files["net.onnx"] = [.. _file, 1];
        Assert.Equal("it has 300001 bytes, the catalogue says 300000", Assert.Throws<LiveCamException>(Fetch).Why);
        Assert.Equal(_file[..1000], File.ReadAllBytes(_part));
    }

    [Fact]
    public void A_file_that_does_not_end_is_cut_off_at_the_size_of_the_catalogue()
    {
        _server.Files["net.onnx"] = new byte[20_000_000];
        _server.Otherwise = new Serving(Length: false);
        var error = Assert.Throws<LiveCamException>(Fetch);
        Assert.Contains("longer than the 300000 bytes", error.Why, StringComparison.Ordinal);
        Assert.InRange(_progress.Max(), 0, Size);
        Assert.False(File.Exists(_part));
    }

    [Fact]
    public void A_file_that_is_not_there_is_asked_for_once()
    {
        _server.Files.Clear();
        Assert.Equal("the server answers 404 Not Found", Assert.Throws<LiveCamException>(Fetch).Why);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public void A_refused_connection_is_said_at_once()
    {
        var address = Uri;
        _server.Stop();
        var error = Assert.Throws<LiveCamException>(() => new ModelDownload { Pause = TimeSpan.FromMinutes(5) }
            .Fetch(address, _part, Size, Sum(_file), _progress.Add, CancellationToken.None));
        Assert.Contains("Connection refused", error.Why, StringComparison.Ordinal);
        Assert.Contains("--base", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_keeps_what_came()
    {
        using var stop = new CancellationTokenSource();
        _server.Otherwise = new Serving(StallAfter: 100_000);
        Assert.ThrowsAny<OperationCanceledException>(() => new ModelDownload().Fetch(Uri, _part, Size, Sum(_file), have =>
        {
            if (have == 100_000)
                stop.Cancel();
        }, stop.Token));
        Assert.Equal(_file[..100_000], File.ReadAllBytes(_part));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public void A_full_disk_is_told()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        File.CreateSymbolicLink(_part, "/dev/full");
        var error = Assert.Throws<LiveCamException>(Fetch);
        Assert.Equal("Cannot write", error.What);
        Assert.Equal("the disk is full", error.Why);
    }

    [Fact]
    public void A_disk_too_small_is_refused_before_anything_is_asked_for()
    {
        var error = Assert.Throws<LiveCamException>(() => new ModelDownload()
            .Fetch(Uri, _part, long.MaxValue, Sum(_file), _progress.Add, CancellationToken.None));
        Assert.Contains("9.2 EB are still to come", error.Why, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void A_folder_serves_as_well()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.NewFolder(), "zoo #1")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "net.onnx"), _file);
        File.WriteAllBytes(_part, _file[..1000]);
        var address = new Uri(ZooAddress.Parse($"file:{folder}"), "net.onnx");
        new ModelDownload().Fetch(address, _part, Size, Sum(_file), _progress.Add, CancellationToken.None);
        Assert.Equal(_file, File.ReadAllBytes(_part));
        Assert.Equal(1000, _progress[0]);
    }

    [Theory]
    [InlineData("http://h/zoo", "http://h/zoo/")]
    [InlineData("https://h/a/b/", "https://h/a/b/")]
    [InlineData("file:///a/b", "file:///a/b/")]
    [InlineData("file:/a/b%20c", "file:///a/b%2520c/")]
    [InlineData("file:///a/b%20c", "file:///a/b%20c/")]
    public void A_base_is_read_as_a_folder(string text, string address) => Assert.Equal(address, ZooAddress.Parse(text).AbsoluteUri);

    [Theory]
    [InlineData("ftp://h/zoo")]
    [InlineData("zoo")]
    [InlineData("http:")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Equal("it is no address", Assert.Throws<LiveCamException>(() => ZooAddress.Parse(text)).Why);

    private Uri Uri => new(_server.Address + "net.onnx");

    private void Fetch() => new ModelDownload { Pause = TimeSpan.Zero }.Fetch(Uri, _part, Size, Sum(_file), _progress.Add, CancellationToken.None);

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Noise()
    {
        var bytes = new byte[Size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
