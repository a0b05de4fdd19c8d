using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>One of the things the pattern source draws.</summary>
/// <param name="Name">The class's name in the embedded network's labels.</param>
/// <param name="Codepoint">Of its emoji, in Unicode.</param>
public sealed record PatternThing(string Name, int Codepoint);

/// <summary>The 64 everyday things, in the order of the embedded network's classes: position in <see cref="All"/> is the class index.</summary>
public static class PatternCatalogue
{
    public static IReadOnlyList<PatternThing> All { get; } =
    [
        // Animals.
        new("dog", 0x1F436), new("cat", 0x1F431), new("pig", 0x1F437), new("frog", 0x1F438), new("panda", 0x1F43C), new("lion", 0x1F981),
        new("rabbit", 0x1F430), new("monkey", 0x1F435), new("chick", 0x1F424), new("penguin", 0x1F427), new("elephant", 0x1F418),
        new("turtle", 0x1F422), new("fish", 0x1F420), new("octopus", 0x1F419), new("whale", 0x1F433), new("bee", 0x1F41D),
        new("ladybird", 0x1F41E), new("snail", 0x1F40C),
        // Fruit and food.
        new("apple", 0x1F34E), new("banana", 0x1F34C), new("orange", 0x1F34A), new("lemon", 0x1F34B), new("watermelon", 0x1F349),
        new("grapes", 0x1F347), new("strawberry", 0x1F353), new("cherries", 0x1F352), new("pineapple", 0x1F34D), new("sweetcorn", 0x1F33D),
        new("mushroom", 0x1F344), new("pizza", 0x1F355), new("hamburger", 0x1F354), new("French fries", 0x1F35F), new("ice cream", 0x1F366),
        new("doughnut", 0x1F369), new("birthday cake", 0x1F382), new("hot drink", 0x2615),
        // Vehicles.
        new("car", 0x1F697), new("bus", 0x1F68C), new("bicycle", 0x1F6B2), new("aeroplane", 0x2708), new("rocket", 0x1F680),
        new("sailing boat", 0x26F5), new("helicopter", 0x1F681),
        // Household.
        new("umbrella", 0x2614), new("key", 0x1F511), new("scissors", 0x2702), new("alarm clock", 0x23F0), new("light bulb", 0x1F4A1),
        new("telephone", 0x260E), new("camera", 0x1F4F7), new("guitar", 0x1F3B8), new("bell", 0x1F514), new("gift", 0x1F381),
        new("balloon", 0x1F388), new("crown", 0x1F451),
        // Sport.
        new("football", 0x26BD), new("basketball", 0x1F3C0), new("trophy", 0x1F3C6),
        // Nature.
        new("sunflower", 0x1F33B), new("cactus", 0x1F335), new("Christmas tree", 0x1F384), new("snowman", 0x26C4), new("rainbow", 0x1F308),
        new("red heart", 0x2764),
    ];

    /// <summary>The class index of a thing by name; case, spaces, hyphens and underscores do not matter: "french-fries".</summary>
    /// <param name="name">What the user wrote.</param>
    /// <param name="source">The whole source, for the error.</param>
    public static int IndexOf(string name, string source)
    {
        var plain = Plain(name);
        for (var i = 0; i < All.Count; i++)
            if (Plain(All[i].Name) == plain)
                return i;
        throw new LiveCamException("Cannot open", source, $"there is no '{name}' to draw",
            NearestNames.Suggest(name, All.Select(thing => thing.Name)));
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();
}
