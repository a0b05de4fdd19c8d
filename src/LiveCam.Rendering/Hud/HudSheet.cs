namespace LiveCam.Rendering;

/// <summary>
/// The HUD for one size of target: panels laid out so that none covers another, whatever the size and however long the texts. The
/// bottom lines are placed first, then the meter above them, the answer, and the figures and badges in what is left. In a layout that gives the HUD a
/// column, they stand below each other in it.
/// </summary>
internal sealed class HudSheet(GraphicsDevice device, HudFonts fonts, int width, int height, float unit) : IDisposable
{
    private const int MostLines = 4;
    private const float BottomText = 17;
    private const float BadgeText = 13.5f;
    private const int MostLabels = 16;

    private readonly HudBrush _brush = new(fonts, unit);
    private readonly HudPanel _answer = new(device);
    private readonly HudPanel _figures = new(device);
    private readonly HudPanel _meter = new(device);
    private readonly HudPanel _help = new(device);
    private readonly HudPanel _formula = new(device);
    private readonly HudPanel[] _lines = [.. Enumerable.Range(0, MostLines).Select(_ => new HudPanel(device))];
    private readonly HudPanel[] _labels = [.. Enumerable.Range(0, MostLabels).Select(_ => new HudPanel(device))];
    private readonly HudPanel[] _badges = [new HudPanel(device), new HudPanel(device)];
    private PixelRectangle _area;
    private bool _isColumn;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public float Unit { get; } = unit;

    /// <summary>The fingerprint of what it says.</summary>
    public int Fingerprint { get; set; }

    private IEnumerable<HudPanel> Panels => [.. _labels, _formula, _answer, _figures, _meter, .. _badges, .. _lines, _help];

    // Where everything would hide the picture, only what matters most is said.
    private bool IsCompact => MathF.Min(Width / 1280f, Height / 720f) < 0.45f;

    private int Margin => (int)MathF.Max(5, 16 * Unit);

    /// <summary>Where the panels stand.</summary>
    public IReadOnlyList<PixelRectangle> Places { get; private set; } = [];

    /// <summary>Says <paramref name="content"/>, or a page of help instead.</summary>
    /// <param name="content">What to say.</param>
    /// <param name="help">The page, or null.</param>
    /// <param name="viewport">Where the panes stand.</param>
    public void Say(HudContent content, HelpPage? help, in Viewport viewport)
    {
        (_area, _isColumn) = (viewport.Hud, viewport.HasHudColumn);
        Place(content, help, viewport);
        Places = [.. Panels.Select(panel => panel.Place).Where(place => !place.IsEmpty)];
    }

    public void Draw(RenderPass pass, RenderTarget target)
    {
        foreach (var label in _labels)
            label.Draw(pass, target);
        _formula.Draw(pass, target);
        _answer.Draw(pass, target);
        _figures.Draw(pass, target);
        _meter.Draw(pass, target);
        foreach (var badge in _badges)
            badge.Draw(pass, target);
        foreach (var line in _lines)
            line.Draw(pass, target);
        _help.Draw(pass, target);
    }

    public void Dispose()
    {
        foreach (var panel in Panels)
            panel.Dispose();
        _brush.Dispose();
    }

    private void Place(HudContent content, HelpPage? help, in Viewport viewport)
    {
        foreach (var panel in Panels)
            panel.Hide();
        if (help is not null)
        {
            var place = HelpPanel.Measure(help, _brush, new PixelRectangle(0, 0, Width, Height));
            _help.Show(place, $"{help.Title}\n{string.Join('\n', help.Rows)}", _brush, (brush, at) => HelpPanel.Paint(help, brush, at));
            return;
        }
        var bottom = PlaceMeter(content, PlaceLines(content));
        if (content.Formula is { } formula && viewport.Find(PaneContent.Formula) is { Cell: var cell })
            _formula.Show(cell, FormulaKey(formula), _brush, (brush, at) => FormulaPanel.Paint(formula, brush, at));
        PlaceLabels(content, viewport, _isColumn ? Height : bottom);
        var (right, foot) = PlaceAnswer(content, bottom);
        if (_isColumn)
            PlaceRight(content, _area.X, foot, bottom);
        else
            PlaceRight(content, right, Margin, bottom);
    }

    private static string FormulaKey(FormulaContent formula) =>
        $"{formula.Title}\n{string.Join('\n', formula.Lines)}\n{string.Join('\n', formula.Rows.Select(row => $"{string.Join(' ', row.Cells)} {row.Share:F2}"))}";

    // From the bottom up, the most urgent line lowest; returns where they end.
    private int PlaceLines(HudContent content)
    {
        var y = _area.Bottom - Margin;
        var size = _isColumn ? BadgeText : BottomText;
        for (var i = 0; i < Math.Min(content.Lines.Count, MostLines); i++)
        {
            var (tone, text) = content.Lines[content.Lines.Count - 1 - i];
            var (width, height, lines) = LinePanel.Measure(text, _brush, size, _area.Width - 2 * Margin, lines: _isColumn ? 5 : 2);
            if (y - height < Height / 2)
                break;
            var place = new PixelRectangle(_isColumn ? _area.X + Margin : _area.X + (_area.Width - width) / 2, y - height, width, height);
            _lines[i].Show(place, $"{tone} {text}", _brush, (brush, at) => LinePanel.Paint(brush, at, tone, lines, size));
            y -= height + Margin / 2;
        }
        return y;
    }

    // At the foot of their panes, above the lines where these are in the way.
    private void PlaceLabels(HudContent content, in Viewport viewport, int bottom)
    {
        for (var i = 0; i < Math.Min(content.Labels.Count, MostLabels); i++)
        {
            var label = content.Labels[i];
            if (viewport.Find(label.Content, label.Nth) is not { Place.IsEmpty: false } found)
                continue;
            var pane = found.HasPicture ? found.Place : found.Cell;
            var room = (int)((1 - label.Left) * pane.Width) - Margin;
            var size = LabelPanel.SizeFor(label, _brush, BadgeText, room);
            var (width, height, text) = LabelPanel.Measure(label, _brush, size, room);
            var foot = Math.Min(pane.Y + (int)(label.Bottom * pane.Height) - Margin / 2, bottom);
            if (width > room || height > pane.Height)
                continue;
            var place = new PixelRectangle(pane.X + (int)(label.Left * pane.Width) + Margin / 2, foot - height, width, height);
            _labels[i].Show(place, label.ToString(), _brush, (brush, at) => LabelPanel.Paint(brush, at, text, label.Progress, size));
        }
    }

    // In the corner above the lines; left out where the answer would have less than half of the height. Returns where the rest ends.
    private int PlaceMeter(HudContent content, int bottom)
    {
        if (content.Meter.Count == 0)
            return bottom;
        var (width, height, title, rows) = MeterPanel.Measure(content, _brush, _area.Width - 2 * Margin);
        if (width > _area.Width - 2 * Margin || bottom - height < Height / (_isColumn ? 4 : 2))
            return bottom;
        var key = $"{content.MeterTitle}\n{string.Join('\n', content.Meter.SelectMany(row => row))}";
        _meter.Show(new PixelRectangle(_area.X + Margin, bottom - height, width, height), key, _brush, (brush, at) => MeterPanel.Paint(title, rows, brush, at));
        return bottom - height - Margin / 2;
    }

    // Returns where it ends, to the right and below.
    private (int Right, int Foot) PlaceAnswer(HudContent content, int bottom)
    {
        if (content.Answer.Count == 0)
            return (0, Margin);
        var width = _isColumn ? _area.Width - 2 * Margin : (int)Math.Clamp(370 * Unit, 150, Math.Max(150, _area.Width * 0.5f));
        var (height, rows, method) = AnswerPanel.Measure(content, _brush, bottom - 2 * Margin, IsCompact);
        if (height > bottom - Margin)
            return (0, Margin);
        var key = $"{string.Join('\n', content.Answer)}\n{string.Join('\n', content.Method)}\n{content.Colormap} {rows} {method}";
        _answer.Show(new PixelRectangle(_area.X + Margin, Margin, width, height), key, _brush,
            (brush, at) => AnswerPanel.Paint(content, brush, at, rows, method));
        return (_area.X + Margin + width, Margin + height + Margin / 2);
    }

    // Badges first, then as many figures as fit under them.
    private void PlaceRight(HudContent content, int left, int y, int bottom)
    {
        var room = _area.Right - left - 2 * Margin;
        for (var i = 0; i < Math.Min(content.Badges.Count, _badges.Length); i++)
        {
            var (tone, text) = content.Badges[i];
            var (width, height, lines) = LinePanel.Measure(text, _brush, BadgeText, room, lines: 1);
            if (width > room || y + height > bottom)
                return;
            _badges[i].Show(new PixelRectangle(_isColumn ? _area.X + Margin : _area.Right - Margin - width, y, width, height), $"{tone} {text}", _brush,
                (brush, at) => LinePanel.Paint(brush, at, tone, lines, BadgeText));
            y += height + Margin / 2;
        }
        PlaceFigures(content, room, y, bottom);
    }

    private void PlaceFigures(HudContent content, int room, int y, int bottom)
    {
        var width = _isColumn ? room : FiguresPanel.MeasureWidth(content, _brush, room);
        var (height, rows) = FiguresPanel.Measure(content, _brush, Math.Min(bottom - y, _area.Bottom - Margin - y), IsCompact ? 2 : int.MaxValue);
        if (rows < 2 || width < 70)
            return;
        var key = $"{string.Join('\n', content.Figures)}\n{rows}";
        _figures.Show(new PixelRectangle(_isColumn ? _area.X + Margin : _area.Right - Margin - width, y, width, height), key, _brush,
            (brush, at) => FiguresPanel.Paint(content, brush, at, rows));
    }
}
