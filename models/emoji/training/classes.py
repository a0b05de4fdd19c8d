"""The 64 things the network knows, in the order of its logits; logit 64 is BACKGROUND, "nothing of these"."""

from typing import NamedTuple


class Thing(NamedTuple):
    """One class and what its drawing is called in each family of emoji."""

    name: str
    codepoint: str                # hexadecimal, as Noto, Twemoji, Fluent and OpenMoji number their drawings
    streamline: tuple[str, ...]   # Streamline has names of its own, sometimes several drawings of one thing
    fxemoji: tuple[str, ...]      # so has FxEmojis


THINGS = [
    # animals
    Thing("dog", "1f436", ("dog-face",), ("dog",)),
    Thing("cat", "1f431", ("cat-face",), ("cat",)),
    Thing("pig", "1f437", ("pig-face",), ("pig",)),
    Thing("frog", "1f438", ("frog-face",), ("frog",)),
    Thing("panda", "1f43c", ("panda-face",), ("pandaface",)),
    Thing("lion", "1f981", ("lion-face",), ()),
    Thing("rabbit", "1f430", ("rabbit-face",), ("bunny",)),
    Thing("monkey", "1f435", ("monkey-face",), ("monkeyface",)),
    Thing("chick", "1f424", ("baby-chick",), ("babychick",)),
    Thing("penguin", "1f427", ("penguin-1", "penguin-2"), ("penguin",)),
    Thing("elephant", "1f418", ("elephant",), ("elephant",)),
    Thing("turtle", "1f422", ("turtle",), ("turtle",)),
    Thing("fish", "1f420", ("tropical-fish",), ("tropicalfish",)),
    Thing("octopus", "1f419", ("octopus",), ("octopus",)),
    Thing("whale", "1f433", ("spouting-whale",), ("spurtingwhale",)),
    Thing("bee", "1f41d", ("honeybee",), ("honeybee",)),
    Thing("ladybird", "1f41e", ("lady-beetle",), ("ladybeetle",)),
    Thing("snail", "1f40c", ("snail",), ("snail",)),
    # fruit and food
    Thing("apple", "1f34e", ("red-apple",), ("redapple",)),
    Thing("banana", "1f34c", (), ("banana",)),
    Thing("orange", "1f34a", ("tangerine",), ("tangerine",)),
    Thing("lemon", "1f34b", ("lemon",), ("lemon",)),
    Thing("watermelon", "1f349", ("watermelon-1", "watermelon-2"), ("watermelon",)),
    Thing("grapes", "1f347", ("grapes",), ("grapes",)),
    Thing("strawberry", "1f353", ("strawberry-1", "strawberry-2"), ("strawberry",)),
    Thing("cherries", "1f352", ("cherries",), ("cherries",)),
    Thing("pineapple", "1f34d", (), ("pineapple",)),
    Thing("sweetcorn", "1f33d", (), ("earofmaize",)),
    Thing("mushroom", "1f344", ("mushroom",), ("mushroom",)),
    Thing("pizza", "1f355", ("pizza-1", "pizza-2"), ("sliceofpizza",)),
    Thing("hamburger", "1f354", ("hamburger-1", "hamburger-2", "hamburger-3"), ("hamburger",)),
    Thing("French fries", "1f35f", ("french-fries",), ("frenchfries",)),
    Thing("ice cream", "1f366", ("soft-ice-cream-1", "soft-ice-cream-2"), ("softicecream",)),
    Thing("doughnut", "1f369", ("doughnut-1", "doughnut-2"), ("doughnut",)),
    Thing("birthday cake", "1f382", ("birthday-cake-1", "birthday-cake-2"), ("birthdaycake",)),
    Thing("hot drink", "2615", ("hot-beverage-1", "hot-beverage-2"), ("hotbeverage",)),
    # vehicles
    Thing("car", "1f697", ("automobile",), ("automobile",)),
    Thing("bus", "1f68c", ("bus",), ("bus",)),
    Thing("bicycle", "1f6b2", ("bicycle",), ("bicycle",)),
    Thing("aeroplane", "2708", ("airplane",), ("airplane",)),
    Thing("rocket", "1f680", ("rocket",), ("rocket",)),
    Thing("sailing boat", "26f5", ("sailboat",), ("sailboat",)),
    Thing("helicopter", "1f681", ("helicopter",), ("helicopter",)),
    # household things
    Thing("umbrella", "2614", ("umbrella-with-rain-drops", "umbrella"), ("umbrellawithraindrops", "umbrella")),
    Thing("key", "1f511", (), ("key",)),
    Thing("scissors", "2702", (), ("blackscissors",)),
    Thing("alarm clock", "23f0", (), ("alarmclock",)),
    Thing("light bulb", "1f4a1", (), ("lightbulb",)),
    Thing("telephone", "260e", ("telephone",), ("blacktelephone",)),
    Thing("camera", "1f4f7", (), ("camera",)),
    Thing("guitar", "1f3b8", ("guitar",), ("guitar",)),
    Thing("bell", "1f514", ("bell",), ("bell",)),
    Thing("gift", "1f381", ("wrapped-gift-1", "wrapped-gift-2"), ("present",)),
    Thing("balloon", "1f388", ("balloon",), ("balloon",)),
    Thing("crown", "1f451", ("crown",), ("crown",)),
    # sport
    Thing("football", "26bd", (), ("soccerball",)),
    Thing("basketball", "1f3c0", ("basketball",), ("basketballandhoop",)),
    Thing("trophy", "1f3c6", (), ("trophy",)),
    # nature
    Thing("sunflower", "1f33b", ("sunflower-1", "sunflower-2"), ("sunflower",)),
    Thing("cactus", "1f335", ("cactus-1", "cactus-2"), ("cactus",)),
    Thing("Christmas tree", "1f384", ("christmas-tree",), ("christmastree",)),
    Thing("snowman", "26c4", ("snowman",), ("snowmanwithoutsnow",)),
    Thing("rainbow", "1f308", ("rainbow",), ("rainbow",)),
    Thing("red heart", "2764", ("heart-suit",), ("redheart",)),
]

BACKGROUND = len(THINGS)
LABELS = [thing.name for thing in THINGS] + ["background"]
