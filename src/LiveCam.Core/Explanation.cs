namespace LiveCam.Core;

/// <summary>
/// Why the network says what it says about one frame: the top classes, and a saliency map at feature resolution for each
/// explained class. Made by the explain thread, read-only once published, then shown by the render thread and written to
/// data files; given back to its <see cref="ExplanationPool"/> by <see cref="Dispose"/>.
/// </summary>
public sealed class Explanation : IDisposable
{
    private readonly ExplanationPool _pool;
    private readonly List<SideMap> _sides = [];
    private readonly List<string> _remarks = [];
    private float[] _maps = [];
    private Target[] _targets = [];
    private ClassScore[] _top = [];
    private float[] _topMaps = [];
    private Target[] _topTargets = [];
    private BoundingBox[] _boxes = [];
    private PixelMap? _pixels;
    private PixelMap? _unitPixels;
    private ActivationWall? _wall;
    private FameSheet? _fame;
    private Occluded? _occluded;
    private ChannelWeights? _weights;

    internal Explanation(ExplanationPool pool) => _pool = pool;

    /// <summary>The frame that was explained; the explanation holds a lease of its own. Null once disposed.</summary>
    public Frame? Frame { get; private set; }

    public string Model { get; set; } = "";

    public string Method { get; set; } = "";

    public string Layer { get; set; } = "";

    public Exactness Exactness { get; set; }

    /// <summary>The part of the picture that the maps cover.</summary>
    public PictureRegion Region { get; set; } = PictureRegion.Whole;

    public int MapWidth { get; private set; }

    public int MapHeight { get; private set; }

    /// <summary>Steps in time of the maps of a video network, the last of which belongs to the frame; 1 for a network of single pictures.</summary>
    public int MapTimes { get; private set; }

    /// <summary>Explained classes, the most important first; each has one map.</summary>
    public ReadOnlySpan<Target> Targets => _targets.AsSpan(0, TargetCount);

    public int TargetCount { get; private set; }

    /// <summary>The best classes, best first.</summary>
    public ReadOnlySpan<ClassScore> Top => _top.AsSpan(0, TopCount);

    public int TopCount { get; private set; }

    /// <summary>Boxes around the maps' heat, target by target, each target's best first; empty where there is no evidence.</summary>
    public ReadOnlySpan<BoundingBox> Boxes => _boxes.AsSpan(0, BoxCount);

    public int BoxCount { get; private set; }

    /// <summary>Milliseconds from pixels to network input.</summary>
    public double PreprocessMs { get; set; }

    /// <summary>Milliseconds in the network.</summary>
    public double RunMs { get; set; }

    /// <summary>Milliseconds from activations and gradients to maps.</summary>
    public double MapMs { get; set; }

    /// <summary>What the faithfulness meter has found on the frames before this one, or null while it is off.</summary>
    public MeterReading? Meter { get; set; }

    /// <summary>Map of target <paramref name="i"/>: [MapHeight, MapWidth], row-major, after relu, unscaled; of a video network the last step in time.</summary>
    public Span<float> Map(int i) => MapInTime(i)[^(MapWidth * MapHeight)..];

    /// <summary>Maps of target <paramref name="i"/> at all steps in time, the oldest first: [MapTimes, MapHeight, MapWidth].</summary>
    public Span<float> MapInTime(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)TargetCount);
        return _maps.AsSpan(i * MapSize, MapSize);
    }

    private int MapSize => MapTimes * MapHeight * MapWidth;

    /// <summary>Best classes that have a map of their own, whoever is explained: kept as evidence, not shown; 0 when that was not asked for.</summary>
    public int TopMaps { get; private set; }

    /// <summary>Map of the <paramref name="i"/>-th best class, as <see cref="Map"/> is.</summary>
    public Span<float> TopMap(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)TopMaps);
        return _topMaps.AsSpan(i * MapWidth * MapHeight, MapWidth * MapHeight);
    }

    /// <summary>What that map is.</summary>
    public ref readonly Target TopTarget(int i) => ref _topTargets[i];

    /// <summary>Makes room for the maps of the best classes; before publishing.</summary>
    public void AddTopMaps(int count)
    {
        TopMaps = count;
        if (_topMaps.Length < count * MapWidth * MapHeight)
            _topMaps = new float[count * MapWidth * MapHeight];
        if (_topTargets.Length < count)
            _topTargets = new Target[count];
    }

    /// <summary>Fills in what the map of the <paramref name="i"/>-th best class is; before publishing.</summary>
    public void SetTopTarget(int i, in Target target) => _topTargets[i] = target;

    /// <summary>What the pixels count for the first target, or null when that was not asked for.</summary>
    public PixelMap? Pixels { get; private set; }

    /// <summary>A pixel map of this explanation's own; for the explainer, before publishing.</summary>
    public PixelMap AddPixels() => Pixels = _pixels ??= new PixelMap();

    /// <summary>The feature maps of a layer, or null when they were not asked for.</summary>
    public ActivationWall? Wall { get; private set; }

    /// <summary>A wall of this explanation's own; before publishing.</summary>
    public ActivationWall AddWall() => Wall = _wall ??= new ActivationWall();

    /// <summary>What the pixels count for the unit pinned on the wall, or null.</summary>
    public PixelMap? UnitPixels { get; private set; }

    /// <summary>Likewise of this explanation's own; before publishing.</summary>
    public PixelMap AddUnitPixels() => UnitPixels = _unitPixels ??= new PixelMap();

    /// <summary>What the pinned unit responded to most so far, or null.</summary>
    public FameSheet? Fame { get; private set; }

    /// <summary>Likewise of this explanation's own; before publishing.</summary>
    public FameSheet AddFame() => Fame = _fame ??= new FameSheet();

    /// <summary>What painting over the picture did, or null while nothing is painted.</summary>
    public Occluded? Occluded { get; private set; }

    /// <summary>Likewise of this explanation's own; before publishing.</summary>
    public Occluded AddOccluded() => Occluded = _occluded ??= new Occluded();

    /// <summary>What the method makes of each channel for the first target, or null when that was not asked for.</summary>
    public ChannelWeights? Weights { get; private set; }

    /// <summary>Channel weights of this explanation's own; before publishing.</summary>
    public ChannelWeights AddWeights() => Weights = _weights ??= new ChannelWeights();

    /// <summary>What could not be done that was asked for, a sentence each.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Adds to <see cref="Remarks"/>; before publishing.</summary>
    public void AddRemark(string remark) => _remarks.Add(remark);

    /// <summary>Maps beside the explained ones.</summary>
    public int SideCount { get; private set; }

    /// <summary>Side map <paramref name="i"/>, in the order they were added.</summary>
    public SideMap Side(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)SideCount);
        return _sides[i];
    }

    /// <summary>The <paramref name="nth"/> side map of a kind, or null.</summary>
    public SideMap? Side(SideMapKind kind, int nth = 0)
    {
        for (var i = 0; i < SideCount; i++)
            if (_sides[i].Kind == kind && nth-- == 0)
                return _sides[i];
        return null;
    }

    /// <summary>One more side map of this explanation's own; before publishing.</summary>
    public SideMap AddSide(SideMapKind kind)
    {
        if (SideCount == _sides.Count)
            _sides.Add(new SideMap());
        return _sides[SideCount++].Clear(kind);
    }

    /// <summary>Fills in target <paramref name="i"/>; for the explainer, before publishing.</summary>
    public void SetTarget(int i, in Target target) => _targets[i] = target;

    /// <summary>Fills in the <paramref name="i"/>-th best class; for the explainer, before publishing.</summary>
    public void SetTop(int i, in ClassScore score) => _top[i] = score;

    /// <summary>Adds a box behind those that are there; for the explainer, before publishing.</summary>
    public void AddBox(in BoundingBox box)
    {
        if (BoxCount == _boxes.Length)
            Array.Resize(ref _boxes, Math.Max(8, 2 * BoxCount));
        _boxes[BoxCount++] = box;
    }

    public void Dispose()
    {
        Frame?.Dispose();
        Frame = null;
        _pool.Return(this);
    }

    internal void Lease(Frame frame, int targets, int top, int mapWidth, int mapHeight, int mapTimes)
    {
        (Frame, Pixels, Meter) = (frame.Share(), null, null);
        (Wall, UnitPixels, Fame, Occluded, Weights) = (null, null, null, null, null);
        _remarks.Clear();
        (TargetCount, TopCount, TopMaps, BoxCount, SideCount, MapWidth, MapHeight, MapTimes) = (targets, top, 0, 0, 0, mapWidth, mapHeight, mapTimes);
        if (_maps.Length < targets * MapSize)
            _maps = new float[targets * MapSize];
        if (_targets.Length < targets)
            _targets = new Target[targets];
        if (_top.Length < top)
            _top = new ClassScore[top];
    }

    /// <summary>One explained class.</summary>
    /// <param name="Class">The class whose evidence the map shows.</param>
    /// <param name="Against">The class it is contrasted with ("why dog, not cat"), or null.</param>
    /// <param name="State">What the map is.</param>
    /// <param name="Maximum">The map's largest element, 0 when there is no positive evidence.</param>
    public readonly record struct Target(ClassScore Class, ClassScore? Against, MapState State, float Maximum)
    {
        /// <summary>"dog", or "dog − cat" for a contrast.</summary>
        public string Label => Against is { } against ? $"{Class.Label} − {against.Label}" : Class.Label;
    }
}
