using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The filters of the first layer as one picture: patches around grey, all on one scale. Painted once a network. Used by the render thread; owns its
/// texture.</summary>
internal sealed class FilterSheet : IDisposable
{
    private FilterPatches? _of;
    private SheetTexture _sheet = null!;
    private Stage _stage = null!;
    private string _title = "";

    public void Awake(Stage stage) => (_stage, _sheet) = (stage, new SheetTexture(stage, linear: false));

    /// <summary>Takes over the filters, and names them where there is a pane for them.</summary>
    public void Follow(FilterPatches? filters)
    {
        if (filters is null)
        {
            _stage.Labels.Add(new PaneLabel(PaneContent.Filters, 0, "the first layer is no convolution of three colours"));
            return;
        }
        if (!ReferenceEquals(filters, _of))
        {
            _of = filters;
            _title = $"first layer · {filters.Channels} filters of {filters.Width}x{filters.Height}";
            var (texels, width, height) = Paint(filters);
            _sheet.Upload(texels, width, height);
        }
        _stage.Labels.Add(new PaneLabel(PaneContent.Filters, 0, _title));
    }

    public void Draw(RenderTarget target, PixelRectangle pane)
    {
        if (_of is not null)
            _sheet.Draw(target, pane);
    }

    public void Dispose() => _sheet?.Dispose();

    /// <summary>[height, width, 4], blue first: patches row by row, as nearly square as can be, one dark texel between them.</summary>
    internal static (byte[] Texels, int Width, int Height) Paint(FilterPatches filters)
    {
        var columns = (int)Math.Ceiling(Math.Sqrt(filters.Channels));
        var rows = (filters.Channels + columns - 1) / columns;
        var (width, height) = (columns * (filters.Width + 1) - 1, rows * (filters.Height + 1) - 1);
        var texels = new byte[4 * width * height];
        var values = filters.Values.Span;
        var taps = filters.Width * filters.Height;
        var scale = filters.Largest > 0 ? 0.5f / filters.Largest : 0;
        for (var k = 0; k < filters.Channels; k++)
            for (var tap = 0; tap < taps; tap++)
            {
                var (x, y) = (k % columns * (filters.Width + 1) + tap % filters.Width, k / columns * (filters.Height + 1) + tap / filters.Width);
                var at = 4 * (y * width + x);
                for (var colour = 0; colour < 3; colour++)
                    texels[at + 2 - colour] = (byte)MathF.Round(255 * Math.Clamp(0.5f + scale * values[(3 * k + colour) * taps + tap], 0, 1));
                texels[at + 3] = 255;
            }
        return (texels, width, height);
    }
}
