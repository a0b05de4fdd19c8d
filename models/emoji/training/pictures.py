"""The drawings of data.npz on the training device."""
import numpy as np
import torch
import torch.nn.functional as F

from classes import BACKGROUND

SIDE = 160
FIRST_NEGATIVE = 1000


class Pictures:
    """All drawings, each stored three times at equal size but of falling sharpness (mip levels), and the backgrounds."""

    def __init__(self, path, device, classes=BACKGROUND):
        """classes: use only the first so many, for a quick trial."""
        data = np.load(path)
        self.device, self.classes = device, classes
        self.labels = [str(name) for name in data["class_names"]]
        self.styles = [str(name) for name in data["style_names"]]
        self.uses = [str(use) for use in data["style_use"]]
        self.class_of, self.style_of = data["cls"], data["sty"]
        sharp = torch.from_numpy(data["pics"]).permute(0, 3, 1, 2).contiguous()
        levels = [sharp]
        for factor in (2, 4):
            smaller = F.avg_pool2d(sharp.float(), factor)
            soft = F.interpolate(smaller, size=SIDE, mode="bilinear", align_corners=False)
            levels.append(soft.round().clamp(0, 255).to(torch.uint8))
        self.count = sharp.shape[0]
        self.atlas = torch.stack(levels).view(-1, 4, SIDE, SIDE).to(device)   # picture i at level l: row i + l * count
        self.backgrounds = {use: torch.from_numpy(data[f"bg_{use}"]).permute(0, 3, 1, 2).contiguous().to(device)
                            for use in ("train", "test")}

    def styles_for(self, use):
        return [style for style, its_use in zip(self.styles, self.uses) if its_use == use]

    def table(self, styles):
        """Drawings of these styles: (picture numbers [64, M] by class, classes that have any, numbers of the negatives).

        Every row is filled by taking the class's styles in turn, so that each style is equally likely whatever its count.
        """
        wanted = np.isin(self.style_of, [self.styles.index(style) for style in styles])
        rows = [np.where((self.class_of == number) & wanted)[0] for number in range(BACKGROUND)]
        length = 2 * max(len(row) for row in rows)
        table = np.zeros((BACKGROUND, length), np.int64)
        present = [number for number in range(self.classes) if len(rows[number])]
        for number in present:
            table[number] = self._in_turn(rows[number], length)
        negatives = np.where((self.class_of >= FIRST_NEGATIVE) & wanted)[0]
        return (torch.from_numpy(table).to(self.device), torch.tensor(present, device=self.device),
                torch.from_numpy(negatives).to(self.device))

    def _in_turn(self, row, length):
        by_style = {}
        for picture in row:
            by_style.setdefault(int(self.style_of[picture]), []).append(int(picture))
        groups = list(by_style.values())
        return [groups[i % len(groups)][(i // len(groups)) % len(groups[i % len(groups)])] for i in range(length)]
