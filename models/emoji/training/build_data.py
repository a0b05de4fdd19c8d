#!/usr/bin/env python3
"""Draws every thing in every style and collects backgrounds: writes data.npz, which train.py and evaluate.py read.

Needs the npm packages named in styles.py under WORK/node_modules, rsvg-convert, and four Debian packages with
photographs unpacked under WORK/deb (dpkg -x NAME.deb WORK/deb/NAME); see README.md.
"""
import argparse
import io
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

import backgrounds
from classes import LABELS, THINGS
from styles import NEGATIVES, NEGATIVE_STYLES, STYLES, WRONG_DRAWINGS

PICTURE = 160       # side of a stored picture, RGBA
CONTENT = 150       # longer side of the drawing in it
FIRST_NEGATIVE = 1000   # class numbers of pictures of other objects start here


class Drawings:
    """The emoji packages, found by style."""

    def __init__(self, node_modules):
        self.iconify = node_modules / "@iconify-json"
        self.fluent3d = node_modules / "@lobehub/fluent-emoji-3d/assets"
        self.names = [self._load(package, "chars.json") for package in ("noto", "twemoji", "openmoji", "fluent-emoji-flat")]
        self.icons = {style.name: self._load(style.folder, "icons.json") for style in STYLES if style.name != "fluent-3d"}

    def _load(self, package, file):
        return json.loads((self.iconify / package / file).read_text(encoding="utf-8"))

    def of(self, style, codepoint, streamline=(), fxemoji=()):
        """All pictures of one thing in one style: usually one, none where the style lacks it."""
        if style == "fluent-3d":
            return self._webp(codepoint)
        if style == "streamline":
            return list(self._render(style, streamline))
        names = fxemoji if style == "fxemoji" else self._names_of(codepoint)
        return list(self._render(style, names))[:1]

    def _names_of(self, codepoint):
        """The names that the iconify sets give to one code point, in a fixed order, each once."""
        keys = (codepoint, codepoint + "-fe0f")
        return list(dict.fromkeys(table[key] for table in self.names for key in keys if key in table))

    def _webp(self, codepoint):
        files = (self.fluent3d / f"{key}.webp" for key in (codepoint, codepoint + "-fe0f"))
        return [Image.open(file).convert("RGBA") for file in files if file.exists()][:1]

    def _render(self, style, names):
        icons = self.icons[style]
        width = icons.get("width", 16)
        height = icons.get("height", width)
        for name in names:
            parent = icons.get("aliases", {}).get(name, {}).get("parent", name)
            if parent not in icons["icons"]:
                continue
            icon = icons["icons"][parent]
            box = (icon.get("left", 0), icon.get("top", 0), icon.get("width", width), icon.get("height", height))
            svg = ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                   f'viewBox="{" ".join(map(str, box))}" width="320" height="320">{icon["body"]}</svg>')
            done = subprocess.run(["rsvg-convert", "-w", "320", "-h", "320", "-a"], input=svg.encode(), capture_output=True)
            if done.returncode == 0 and done.stdout:
                yield Image.open(io.BytesIO(done.stdout)).convert("RGBA")


def normalise(image):
    """Crops to what is drawn, scales it to CONTENT with premultiplied alpha, centres it; None for an empty picture."""
    visible = np.asarray(image)[..., 3] > 24
    rows, columns = np.where(visible.any(1))[0], np.where(visible.any(0))[0]
    if len(rows) == 0:
        return None
    image = image.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    factor = CONTENT / max(image.size)
    width, height = (max(1, round(side * factor)) for side in image.size)
    rgba = np.asarray(image).astype(np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    filtering = Image.LANCZOS if factor < 1 else Image.BICUBIC
    channels = [np.asarray(Image.fromarray(rgba[..., i]).resize((width, height), filtering)) for i in range(4)]
    rgba = np.clip(np.stack(channels, -1), 0, 1)
    rgba[..., :3] = np.minimum(rgba[..., :3] / np.maximum(rgba[..., 3:], 1e-3), 1)
    picture = np.zeros((PICTURE, PICTURE, 4), np.uint8)
    top, left = (PICTURE - height) // 2, (PICTURE - width) // 2
    picture[top:top + height, left:left + width] = np.round(rgba * 255).astype(np.uint8)
    picture[picture[..., 3] < 3] = 0
    return picture


def draw_all(drawings, threads):
    """Pictures [n,160,160,4], their classes [n] and styles [n]; negatives are numbered from FIRST_NEGATIVE."""
    names = [style.name for style in STYLES]
    jobs = [(number, style, (thing.codepoint, thing.streamline, thing.fxemoji))
            for number, thing in enumerate(THINGS) for style in names if (thing.name, style) not in WRONG_DRAWINGS]
    jobs += [(FIRST_NEGATIVE + i, style, (codepoint,)) for i, codepoint in enumerate(NEGATIVES) for style in NEGATIVE_STYLES]

    def draw(job):
        number, style, thing = job
        return [(number, names.index(style), normalise(image)) for image in drawings.of(style, *thing)]

    with ThreadPoolExecutor(threads) as pool:
        drawn = [row for rows in pool.map(draw, jobs) for row in rows if row[2] is not None]
    numbers, styles, pictures = zip(*drawn)
    return np.stack(pictures), np.array(numbers, np.int32), np.array(styles, np.int32)


def report(numbers, styles):
    """Prints how many pictures each style has and which things it lacks."""
    things = numbers < FIRST_NEGATIVE
    for i, style in enumerate(STYLES):
        mine = numbers[things & (styles == i)]
        missing = [thing.name for number, thing in enumerate(THINGS) if number not in mine]
        print(f"{style.name:12} {len(mine):3} pictures", f"without {', '.join(missing)}" if missing else "")
    print(f"{'negatives':12} {int((~things).sum()):3} pictures")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("work"), help="folder with node_modules and deb (default: work)")
    parser.add_argument("--out", type=Path, default=Path("data.npz"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    pictures, numbers, styles = draw_all(Drawings(options.work / "node_modules"), options.threads)
    report(numbers, styles)
    train, test, names = backgrounds.collect(options.work / "deb", np.random.default_rng(1))
    print(f"backgrounds: {len(train)} to train on ({len(names)} from photographs), {len(test)} to test on")
    np.savez_compressed(
        options.out, pics=pictures, cls=numbers, sty=styles, class_names=np.array(LABELS),
        codepoints=np.array([thing.codepoint for thing in THINGS] + [""]),
        style_names=np.array([style.name for style in STYLES]), style_use=np.array([style.use for style in STYLES]),
        licences=np.array(["|".join((style.name, style.package, style.upstream, style.licence, style.use)) for style in STYLES]),
        bg_train=np.stack(train), bg_test=np.stack(test), bg_names=np.array(names))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
