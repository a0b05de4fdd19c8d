"""What is behind the objects: a photograph or a procedural texture, clutter, and now and then somebody's face and shoulders."""
import torch
import torch.nn.functional as F

from draws import SIDE, matrix, over

SKIN = (.87, .66, .53)


class Backdrop:
    def __init__(self, draws, textures, x, y):
        self.draws, self.textures, self.x, self.y = draws, textures, x, y

    def make(self, batch):
        """[batch, 3, SIDE, SIDE], 0..1."""
        picture = self._texture(batch)
        pattern = self._pattern(batch)
        picture = torch.where(self.draws.chance(.55, batch, 1, 1, 1), picture, pattern)
        for _ in range(4):
            picture = self._rectangle(picture)
        return self._person(picture).clamp(0, 1)

    def _texture(self, batch):
        """A stored background under a random similarity, mirrored half of the time."""
        uniform, chance = self.draws.uniform, self.draws.chance
        chosen = self.draws.integers(self.textures.shape[0], batch)
        angle = torch.where(chance(.6, batch), uniform(batch, low=-.25, high=.25), uniform(batch, low=-3.1, high=3.1))
        zoom = uniform(batch, low=.25, high=1.)
        c, s = torch.cos(angle) * zoom, torch.sin(angle) * zoom
        left, top = uniform(batch, low=-1, high=1) * (1 - zoom), uniform(batch, low=-1, high=1) * (1 - zoom)
        mirror = torch.where(chance(.5, batch), 1., -1.)
        similarity = matrix((c * mirror, -s, left), (s * mirror, c, top))
        pixels = torch.stack([self.x, self.y, torch.ones_like(self.x)], -1).view(1, -1, 3)
        at = (pixels @ similarity.transpose(1, 2)).view(batch, SIDE, SIDE, 2)
        return F.grid_sample(self.textures[chosen].float() / 255, at, mode="bilinear", padding_mode="reflection", align_corners=False)

    def _pattern(self, batch):
        """A linear gradient between two colours, half of the time nearly grey, with three octaves of noise."""
        uniform = self.draws.uniform
        first, second = uniform(batch, 3, 1, 1), uniform(batch, 3, 1, 1)
        grey = self.draws.chance(.5, batch, 1, 1, 1)
        first, second = (torch.where(grey, c.mean(1, keepdim=True) + .08 * (c - .5), c) for c in (first, second))
        angle = uniform(batch, 1, 1, 1, low=0, high=6.3)
        along = self.x * torch.cos(angle) + self.y * torch.sin(angle)
        t = (along * uniform(batch, 1, 1, 1, low=.2, high=1.) * .5 + .5).clamp(0, 1)
        pattern = first * (1 - t) + second * t
        for octave, weight in ((4, .5), (16, .25), (64, .12)):
            noise = F.interpolate(self.draws.normal(batch, 3, octave, octave), size=SIDE, mode="bilinear", align_corners=False)
            pattern = pattern + noise * weight * uniform(batch, 1, 1, 1) ** 2
        return pattern

    def _rectangle(self, picture):
        """A soft, slightly turned rectangle, two times in five."""
        uniform, batch = self.draws.uniform, len(picture)
        shown = self.draws.chance(.4, batch, 1, 1)
        x0, y0 = uniform(batch, 1, 1, low=-1.1, high=1.1), uniform(batch, 1, 1, low=-1.1, high=1.1)
        width, height = uniform(batch, 1, 1, low=.04, high=.8), uniform(batch, 1, 1, low=.04, high=.8)
        angle = uniform(batch, 1, 1, low=-.3, high=.3)
        across = (self.x - x0) * torch.cos(angle) + (self.y - y0) * torch.sin(angle)
        down = -(self.x - x0) * torch.sin(angle) + (self.y - y0) * torch.cos(angle)
        distance = torch.maximum(across.abs() - width, down.abs() - height)
        alpha = torch.sigmoid(-distance * 60) * shown * uniform(batch, 1, 1, low=.5, high=1.)
        colour = uniform(batch, 3, 1, 1)
        return over(picture, colour.mean(1, keepdim=True) * .6 + colour * .4, alpha[:, None])

    def _person(self, picture):
        """Shoulders, hair and a shaded face with eyes and mouth, one time in four: who holds the card stands behind it."""
        uniform, batch, device = self.draws.uniform, len(picture), picture.device
        shown = self.draws.chance(.25, batch, 1, 1)
        x0, y0 = uniform(batch, 1, 1, low=-.6, high=.6), uniform(batch, 1, 1, low=-.5, high=.4)
        size = uniform(batch, 1, 1, low=.18, high=.5)
        skin = torch.tensor(SKIN, device=device).view(1, 3, 1, 1) * uniform(batch, 1, 1, 1, low=.35, high=1.1)
        skin = skin + .05 * self.draws.normal(batch, 3, 1, 1)
        x, y = (self.x - x0) / (size * .78), (self.y - y0) / size
        body = _ellipse((self.x - x0) / (size * 2.), (self.y - y0 - 2.1 * size) / (size * 1.25))
        hair, face = _ellipse(x * .9, y * .9 + .12), _ellipse(x, y)
        eyes = _ellipse((x.abs() - .38) / .16, (y + .15) / .09, 6.) + _ellipse(x / .3, (y - .45) / .09, 6.) * .7
        shade = (1 - .25 * (x * .5 + .3 * y).clamp(-1, 1))[:, None]
        clothes = uniform(batch, 3, 1, 1)
        hair_colour = uniform(batch, 1, 1, 1, low=0, high=.5) * torch.tensor([1., .8, .6], device=device).view(1, 3, 1, 1)
        for shape, colour in ((body, clothes), (hair, hair_colour), (face, skin)):
            picture = over(picture, colour * shade, (shape * shown)[:, None])
        return picture * (1 - .65 * (eyes * shown).clamp(0, 1)[:, None])


def _ellipse(x, y, sharpness=14.):
    """The unit disc with a soft edge."""
    return torch.sigmoid((1 - (x * x + y * y)) * sharpness)
