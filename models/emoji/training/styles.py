"""Where the drawings come from: the emoji families, their packages and licences, and which drawings are left out."""
from typing import NamedTuple


class Style(NamedTuple):
    """A family of drawings; use is 'train', or 'test' for the share-alike ones that are never trained on."""

    name: str
    package: str
    upstream: str
    licence: str
    use: str

    @property
    def folder(self):
        """The package's own folder, without its scope."""
        return self.package.split("/")[1]


STYLES = [
    Style("noto", "@iconify-json/noto", "Google Noto Emoji", "Apache-2.0", "train"),
    Style("noto-v1", "@iconify-json/noto-v1", "Google Noto Emoji v1 (blob era)", "Apache-2.0", "train"),
    Style("twemoji", "@iconify-json/twemoji", "Twemoji, Twitter/jdecked", "CC-BY-4.0", "train"),
    Style("emojitwo", "@iconify-json/emojione", "EmojiTwo (EmojiOne 2 fork)", "CC-BY-4.0", "train"),
    Style("fluent-flat", "@iconify-json/fluent-emoji-flat", "Microsoft Fluent Emoji flat", "MIT", "train"),
    Style("fluent-3d", "@lobehub/fluent-emoji-3d", "Microsoft Fluent Emoji 3D", "MIT", "train"),
    Style("fxemoji", "@iconify-json/fxemoji", "Mozilla FxEmojis", "Apache-2.0", "train"),
    Style("streamline", "@iconify-json/streamline-emojis", "Streamline Emojis", "CC-BY-4.0", "train"),
    Style("emojione-v1", "@iconify-json/emojione-v1", "EmojiOne v1", "CC-BY-SA-4.0", "test"),
    Style("openmoji", "@iconify-json/openmoji", "OpenMoji", "CC-BY-SA-4.0", "test"),
]

# Drawings left out by hand: they do not show the thing as the other styles do (fxemoji: a ball with its hoop).
WRONG_DRAWINGS = {
    ("basketball", "noto-v1"), ("basketball", "fxemoji"), ("basketball", "emojitwo"),
    ("sailing boat", "fxemoji"), ("rainbow", "streamline"), ("rainbow", "fxemoji"),
}

# Other objects, which must be called background: faces, people, hands, clothes, household goods, signs, animals of no class.
NEGATIVES = """
    1f600 1f602 1f60d 1f60e 1f914 1f622 1f621 1f634 1f631 1f642 1f468 1f469 1f466 1f467 1f474 1f475 1f471 1f476 1f44b 270b
    1f44d 1f44e 1f44f 270c 1f44c 1f449 1f4aa 1f440 1f444 1f443 1f442 1f454 1f455 1f456 1f457 1f45f 1f4bb 1f4f1 1f5a5 1f5a8
    1f6cf 1f6cb 1f6aa 1f4da 1f4d6 1f4dd 1f4c5 1f4ce 1f4e6 1f374 1f944 1f52a 1f528 1f527 1f5d1 1f6bf 1f6c1 1f4fa 1f3a7 1f453
    1f576 1f392 1f45c 1f4b3 1f3e0 1f3e2 1f33f 1fab4 2601 1f319 2b50 26a1 1f4a7 1f525 1f3b2 1f0cf 1f3b5 2753 2757 2705
    274c 1f6d1 1f17f 1f6a9 1f40e 1f404 1f98a 1f43b 1f42d 1f40d 1f98b 1f951 1f95a 1f956 1f9c0 1f37a 1f377 1f686 1f6a2 1f6b6
    1f3c3 1f4e1 1f58a 1f550 1fa91
""".split()
NEGATIVE_STYLES = ("noto", "twemoji", "fluent-flat", "fluent-3d", "openmoji")
