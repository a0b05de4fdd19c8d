"""Backgrounds of 192x192 pixels: crops of openly licensed photographs from Debian packages, and procedural textures."""
import numpy as np
from PIL import Image

SIDE = 192

_WALLPAPERS = "lomiri-wallpapers-16.04/usr/share/backgrounds/"
_WALLPAPERS_20 = "lomiri-wallpapers-20.04/usr/share/backgrounds/"
_SKIMAGE = "python3-skimage/usr/lib/python3/dist-packages/skimage/data/"
_SKLEARN = "python3-sklearn/usr/lib/python3/dist-packages/sklearn/datasets/images/"

# file, licence, crops
TRAIN_PHOTOS = [
    (_WALLPAPERS + "aitzgorri_by_Aitzol_Berasategi.jpg", "CC-BY-4.0", 3),
    (_WALLPAPERS + "friends_by_Aitzol_Berasategi.jpg", "CC-BY-4.0", 3),
    (_WALLPAPERS + "life_by_Aitzol_Berasategi.jpg", "CC-BY-4.0", 3),
    (_WALLPAPERS + "picosdeeuropa_by_Aitzol_Berasategi.jpg", "CC-BY-4.0", 3),
    (_WALLPAPERS + "Picture_1A_by_freespace.jpg", "CC-BY-4.0", 3),
    (_WALLPAPERS + "Picture_0B_by_freespace.jpg", "CC-BY-4.0", 2),
    (_WALLPAPERS + "seeding_by_Clements_Engelhardt.jpg", "CC0-1.0", 3),
    (_WALLPAPERS + "sunset_by_Aitzol_Berasategi.jpg", "CC-BY-4.0", 2),
    (_WALLPAPERS + "Wine_by_Jakkub_Mede.jpg", "CC-BY-4.0", 5),
    (_SKLEARN + "china.jpg", "CC-BY", 3),
    (_SKIMAGE + "astronaut.png", "public domain (NASA)", 5),
    (_SKIMAGE + "grass.png", "CC0", 1),
    (_SKIMAGE + "brick.png", "CC0", 1),
    (_SKIMAGE + "gravel.png", "CC0", 1),
    (_SKIMAGE + "page.png", "BSD-3", 2),
]
# Share-alike photographs, only ever tested on.
TEST_PHOTOS = [
    (_WALLPAPERS + "Bridge_by_Sander_Klootwijk.jpg", "CC-BY-SA-4.0", 2),
    (_WALLPAPERS + "Dragonfly_by_Bolly.jpg", "CC-BY-SA-4.0", 2),
    (_WALLPAPERS + "analogpattern_by_Peter_Nerlich.jpg", "CC-BY-SA-4.0", 1),
    (_WALLPAPERS + "free_by_Peter_Nerlich.jpg", "CC-BY-SA-4.0", 2),
    (_WALLPAPERS_20 + "Kleiber_by_Lukas_Baubkus.jpg", "CC-BY-SA-3.0", 2),
    (_WALLPAPERS_20 + "Infinite-Sea_by_Aury88.jpg", "CC-BY-SA-3.0", 1),
    (_WALLPAPERS_20 + "Painting-Colors_by__herobrine7gamer.jpg", "CC-BY-SA-3.0", 1),
    (_WALLPAPERS_20 + "Fossa_by_Jasper_Roks.jpg", "CC-BY-SA-3.0", 1),
]
TRAIN_TEXTURES, TEST_TEXTURES = 25, 5


def collect(packages, rng):
    """(training backgrounds, test backgrounds, names of the training photographs' crops); packages is the folder of unpacked .deb files."""
    train, test, names = [], [], []
    for file, licence, count in TRAIN_PHOTOS:
        train += _crops(packages / file, count, rng)
        names += [f"{(packages / file).name} ({licence})"] * count
    for file, _, count in TEST_PHOTOS:
        test += _crops(packages / file, count, rng)
    train += [_texture(i, rng) for i in range(TRAIN_TEXTURES)]
    test += [_texture(i, rng) for i in range(TEST_TEXTURES)]
    return train, test, names


def _crops(file, count, rng):
    """The largest square first, then random ones."""
    image = Image.open(file).convert("RGB")
    scale = 340 / min(image.size)
    image = image.resize(tuple(max(SIDE, round(side * scale)) for side in image.size), Image.LANCZOS)
    crops = []
    for i in range(count):
        side = min(image.size) if i == 0 else int(rng.uniform(SIDE, min(image.size)))
        left = int(rng.integers(0, image.size[0] - side + 1))
        top = int(rng.integers(0, image.size[1] - side + 1))
        crops.append(np.asarray(image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.LANCZOS)))
    return crops


def _texture(number, rng):
    """Gradient, cloud, stripes, chequers and a shelf of boxes, in turn."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    colours = rng.random((4, 3))
    kinds = (_gradient, _clouds, _stripes, _chequers, _shelf)
    return (np.clip(kinds[number % 5](x, y, colours, rng), 0, 1) * 255).astype(np.uint8)


def _gradient(x, y, colours, rng):
    angle = rng.uniform(0, 6.3)
    t = np.clip((x * np.cos(angle) + y * np.sin(angle)) / 1.4 + .5, 0, 1)[..., None]
    return colours[0] * (1 - t) + colours[1] * t


def _clouds(x, y, colours, rng):
    cloud = np.zeros((SIDE, SIDE, 3)) + colours[0]
    for octave in (3, 6, 12, 24, 48):
        grid = rng.random((octave, octave, 3)) - .5
        channels = [Image.fromarray(grid[..., i].astype(np.float32)).resize((SIDE, SIDE), Image.BICUBIC) for i in range(3)]
        cloud = cloud + np.stack([np.asarray(channel) for channel in channels], -1) * (3 / octave) ** .5 * .8
    return cloud


def _stripes(x, y, colours, rng):
    frequency, angle = rng.uniform(3, 25), rng.uniform(0, 3.14)
    wave = np.sin(2 * np.pi * frequency * (x * np.cos(angle) + y * np.sin(angle)))
    return np.where((wave > rng.uniform(-.6, .6))[..., None], colours[0], colours[1])


def _chequers(x, y, colours, rng):
    count = int(rng.integers(3, 10))
    odd = ((np.floor(x * count) + np.floor(y * count)) % 2)[..., None]
    return colours[0] * odd + colours[1] * (1 - odd)


def _shelf(x, y, colours, rng):
    wall = np.zeros((SIDE, SIDE, 3)) + colours[0] * .5 + .3
    for _ in range(int(rng.integers(5, 25))):
        top, left = rng.integers(0, 180, 2)
        height, width = rng.integers(6, 90, 2)
        wall[top:top + height, left:left + width] = rng.random(3) * rng.uniform(.3, 1)
    return wall
