using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// Composes the scenes: by the address, or the tour, in which one thing, several of a kind, two kinds and nothing take turns and every
/// thing of the catalogue comes up. The same seed gives the same scenes.
/// </summary>
public sealed class PatternTour(PatternRequest request)
{
    /// <summary>Seconds a scene of the tour lasts.</summary>
    public const double SceneLength = 3;

    /// <summary>How many things of one kind a scene shows; -2 is one each of two kinds. The single 0 is nothing.</summary>
    private static readonly int[] Turns = [1, 3, -2, 1, 4, 0, 1, -2, 2];
    private static readonly SKColor[] Papers = [new(0xFFFDFBF7), new(0xFFF7F1E6), new(0xFFFAFAFA), new(0xFFEAF1F6), new(0xFFF8EDEB), new(0xFFEDF3E8)];
    private static readonly SKColor[] Screens = [new(0xFFFFFFFF), new(0xFFF4F7FB), new(0xFFFFF8EC), new(0xFF20242B)];
    private static readonly SKColor[] Skins = [new(0xFFF0C8AE), new(0xFFDDAA88), new(0xFFB98058), new(0xFF84563B)];
    private static readonly SKColor[] Sleeves = [new(0xFF4F6478), new(0xFF7A5C58), new(0xFF5D6B52), new(0xFF8A8178)];
    private PatternScene? _scene;
    private long _index = -1;

    /// <summary>The scene at <paramref name="seconds"/> since the start, and how far into it that is.</summary>
    public (PatternScene Scene, double Time) At(double seconds)
    {
        if (request.Things is { } things)
            return (_scene ??= Travelling(Compose(things, new Random(request.Seed), request.Seed, double.PositiveInfinity)), seconds);
        var index = (long)(seconds / SceneLength);
        if (index != _index)
            (_scene, _index) = (Travelling(ComposeTurn(index)), index);
        return (_scene!, seconds - index * SceneLength);
    }

    /// <summary>Things that travel are cut out: nothing else is to move.</summary>
    private PatternScene Travelling(PatternScene scene) => request.Motion == PatternMotion.Sway ? scene : scene with
    {
        Holders = [.. scene.Holders.Where(holder => holder.Things.Count > 0).Select(holder => holder with { Kind = HolderKind.CutOut, Held = false, Motion = request.Motion })],
    };

    private PatternScene ComposeTurn(long index)
    {
        var order = Enumerable.Range(0, PatternCatalogue.All.Count).ToArray();
        new Random(request.Seed).Shuffle(order);
        var (round, position) = Math.DivRem(index, Turns.Length);
        var shown = round * (Turns.Length - 1) + position - (position > Array.IndexOf(Turns, 0) ? 1 : 0);
        var first = order[shown % order.Length];
        // The second of two kinds comes from the other half of the order, so that pairs do not repeat what was just shown.
        var second = order[(shown + order.Length / 2) % order.Length];
        var turn = Turns[position];
        int[] things = turn == -2 ? [first, second] : [.. Enumerable.Repeat(first, turn)];
        return Compose(things, new Random(unchecked(request.Seed * 7919 + (int)index)), request.Seed + index, SceneLength);
    }

    private static PatternScene Compose(IReadOnlyList<int> things, Random random, long backdrop, double length)
    {
        // One person holds everything in a scene.
        var (skin, sleeve) = (Skins[random.Next(Skins.Length)], Sleeves[random.Next(Sleeves.Length)]);
        List<PatternHolder> holders = things.Count switch
        {
            0 => Nothing(random, length),
            1 => [Single(things[0], random)],
            _ when random.NextSingle() < 0.4f => [Sheet(things, random)],
            _ => Several(things, random),
        };
        return new PatternScene(Title(things), (int)(backdrop % PatternBackdrop.Kinds),
            [.. holders.Select(holder => holder with { Skin = skin, Sleeve = sleeve })], length);
    }

    private static string Title(IReadOnlyList<int> things) => things.Count == 0 ? "nothing"
        : string.Join(" + ", things.GroupBy(i => i).Select(g => PatternCatalogue.All[g.Key].Name + (g.Count() > 1 ? $" ×{g.Count()}" : "")));

    /// <summary>An empty room, or an empty card: a card alone must not be taken for a thing.</summary>
    private static List<PatternHolder> Nothing(Random random, double length) => double.IsInfinity(length) || random.NextSingle() < 0.5f
        ? []
        : [Holder(HolderKind.Card, 0, 0.05f, 0.5f, 0.66f, random, held: true, [])];

    private static PatternHolder Single(int thing, Random random)
    {
        var half = Between(random, 0.42f, 0.56f);
        var kind = (HolderKind)random.Next(3);
        var (width, height) = kind == HolderKind.Phone ? (1.22f * half, 1.66f * half) : (1.26f * half, 1.36f * half);
        return Holder(kind, Between(random, -0.22f, 0.22f), Between(random, -0.08f, 0.08f), width, height, random,
            held: kind != HolderKind.CutOut, [new PlacedThing(thing, 0, 0, half)]);
    }

    /// <summary>All things on one large card.</summary>
    private static PatternHolder Sheet(IReadOnlyList<int> things, Random random)
    {
        var half = things.Count == 2 ? 0.33f : 0.29f;
        var places = Places(things.Count, 0.4f, things.Count == 2 ? 0 : 0.38f);
        var placed = things.Select((thing, i) => new PlacedThing(thing, places[i].X, places[i].Y, half));
        return Holder(HolderKind.Card, 0, 0, 0.84f, things.Count == 2 ? 0.52f : 0.8f, random, held: things.Count == 2, [.. placed]);
    }

    /// <summary>Each thing on a holder of its own, all of one kind.</summary>
    private static List<PatternHolder> Several(IReadOnlyList<int> things, Random random)
    {
        var kind = (HolderKind)random.Next(3);
        var half = things.Count == 2 ? 0.37f : 0.3f;
        var stretch = kind == HolderKind.Phone && things.Count == 2 ? 1.6f : 1.25f;
        var places = Places(things.Count, things.Count == 2 ? 0.52f : 0.47f, things.Count == 2 ? 0.04f : 0.46f);
        return [.. things.Select((thing, i) => Holder(kind, places[i].X, places[i].Y, 1.2f * half, stretch * half, random,
            held: things.Count == 2 && kind != HolderKind.CutOut, [new PlacedThing(thing, 0, 0, half)], reach: 0.035f))];
    }

    private static (float X, float Y)[] Places(int count, float dx, float dy) => count switch
    {
        2 => [(-dx, -dy), (dx, dy)],
        3 => [(0, -dy), (-dx, dy), (dx, dy)],
        _ => [(-dx, -dy), (dx, -dy), (-dx, dy), (dx, dy)],
    };

    private static PatternHolder Holder(HolderKind kind, float x, float y, float halfWidth, float halfHeight, Random random, bool held,
        IReadOnlyList<PlacedThing> things, float reach = 0.07f)
    {
        var colours = kind == HolderKind.Phone ? Screens : Papers;
        return new PatternHolder(kind, x, y, halfWidth, halfHeight, Between(random, -5, 5), colours[random.Next(colours.Length)], held,
            default, default, new PatternSway(Between(random, 0, 6.28f), reach), things);
    }

    private static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();
}
