"""What a camera does to a scene: light, a screen's pattern, exposure, lens, sensor noise, JPEG blocks."""
import math

import torch
import torch.nn.functional as F

from draws import SIDE

LUMA = (.299, .587, .114)
TO_YCC = ((.299, .587, .114), (-.169, -.331, .5), (.5, -.419, -.081))
FROM_YCC = ((1, 0, 1.402), (1, -.344, -.714), (1, 1.772, 0))


class Camera:
    """Samples of a batch are in random order, so an effect on its first or last part is an effect on a random share."""

    def __init__(self, draws, x, y):
        self.draws, self.x, self.y = draws, x, y
        n = torch.arange(8.)
        cosines = torch.cos((2 * n[None] + 1) * n[:, None] * math.pi / 16) * .5
        cosines[0] *= .5 ** .5
        self.cosines = cosines.to(draws.device)                              # the 8x8 DCT
        self.steps = (1 + (n[:, None] + n[None]) * 1.6).to(draws.device)     # and its quantisation

    def shoot(self, picture, severity):
        """picture [B,3,SIDE,SIDE], 0..1; severity 0 is a good camera, 1 the worst of training. In steps of 1/255."""
        picture = self._light(picture, severity)
        picture = self._screen(picture, severity)
        picture = self._exposure(picture, severity)
        picture = self._lens(picture, severity)
        picture = self._sensor(picture, severity).clamp(0, 1)
        clean = int(len(picture) * (1 - .5 * severity))
        if clean < len(picture):
            picture[clean:] = self._jpeg(picture[clean:])
        return (picture.clamp(0, 1) * 255).round() / 255

    def _each(self, picture, low=0., high=1.):
        return self.draws.uniform(len(picture), 1, 1, 1, low=low, high=high)

    def _some(self, picture, probability):
        return self.draws.chance(probability, len(picture), 1, 1, 1)

    def _light(self, picture, severity):
        """A gradient, the edge of a shadow, glare."""
        batch = len(picture)
        across, down = (self.draws.normal(batch, 1, 1, 1) * .18 * severity for _ in range(2))
        picture = picture * (1 + across * self.x + down * self.y)
        angle = self._each(picture, high=6.28)
        along = self.x * torch.cos(angle) + self.y * torch.sin(angle) - self._each(picture, -.7, .7)
        shadow = torch.sigmoid(along * self._each(picture, 3, 30))
        picture = picture * (1 - shadow * self._each(picture, high=.5) * self._some(picture, .2 * severity))
        distance = (self.x - self._each(picture, -1, 1)) ** 2 + (self.y - self._each(picture, -1, 1)) ** 2
        glare = torch.exp(-distance / self._each(picture, .02, .5))
        return picture + glare * self._each(picture, high=.55) * self._some(picture, .2 * severity)

    def _screen(self, picture, severity):
        """Moire and scan lines of a telephone's screen."""
        frequency, angle = self._each(picture, 15, 190), self._each(picture, high=3.14)
        phase = (self.x * torch.cos(angle) + self.y * torch.sin(angle)) * frequency
        wave = torch.sin(phase + torch.sin(self.y * self._each(picture, high=6)))
        return picture * (1 + wave * self._each(picture, high=.12) * self._some(picture, .18 * severity))

    def _exposure(self, picture, severity):
        """Exposure, white balance, saturation, contrast, gamma, vignette."""
        batch, normal = len(picture), self.draws.normal
        picture = picture * torch.exp(normal(batch, 1, 1, 1) * .22 * severity) * torch.exp(normal(batch, 3, 1, 1) * .08 * severity)
        luma = (picture * torch.tensor(LUMA, device=picture.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
        picture = luma + (picture - luma) * (1 + (self._each(picture, .55, 1.35) - 1) * severity)
        mean = picture.mean((1, 2, 3), keepdim=True)
        picture = mean + (picture - mean) * (1 + (self._each(picture, .6, 1.3) - 1) * severity) + normal(batch, 1, 1, 1) * .04 * severity
        picture = picture.clamp(1e-3, 1.2) ** torch.exp(normal(batch, 1, 1, 1) * .22 * severity)
        return picture * (1 - (self.x ** 2 + self.y ** 2) * self._each(picture, high=.28) * self._some(picture, .5))

    def _lens(self, picture, severity):
        """Low resolution for the first part of the batch, then blur for all: out of focus, or moved in one direction."""
        batch, uniform = len(picture), self.draws.uniform
        coarse = int(batch * .3 * severity)
        if coarse:
            side = int(torch.randint(52, 116, (1,), generator=None).item())
            small = F.interpolate(picture[:coarse], size=side, mode="area")
            picture[:coarse] = F.interpolate(small, size=SIDE, mode="bilinear", align_corners=False)
        sharp = torch.full((batch,), .25, device=picture.device)
        across = torch.where(self.draws.chance(.55, batch), uniform(batch, low=.25, high=1.6), sharp) * (.3 + .7 * severity)
        along = torch.where(self.draws.chance(.25 * severity, batch), uniform(batch, low=.8, high=2.6), across)
        kernels = _gaussians(across.clamp(min=.22), along.clamp(min=.22), uniform(batch, low=0, high=3.14))
        padded = F.pad(picture, (4, 4, 4, 4), mode="replicate").reshape(1, 3 * batch, SIDE + 8, SIDE + 8)
        return F.conv2d(padded, kernels.repeat_interleave(3, 0)[:, None], groups=3 * batch).view(batch, 3, SIDE, SIDE)

    def _sensor(self, picture, severity):
        """Noise that grows with the light."""
        noise = self.draws.normal(*picture.shape)
        strength = self._each(picture) ** 2 * .07 * severity
        return picture + noise * strength * (.4 + .6 * picture.clamp(0, 1).sqrt())

    def _jpeg(self, picture):
        """8x8 blocks quantised in YCbCr with halved chroma, as JPEG does it."""
        batch = len(picture)
        ycc = torch.einsum("ij,bjhw->bihw", torch.tensor(TO_YCC, device=picture.device), picture) * 255
        ycc[:, 1:] = F.interpolate(F.avg_pool2d(ycc[:, 1:], 2), scale_factor=2, mode="nearest")
        blocks = ycc.view(batch, 3, SIDE // 8, 8, SIDE // 8, 8).permute(0, 1, 2, 4, 3, 5)
        coefficients = self.cosines @ blocks @ self.cosines.t()
        steps = self.steps * torch.exp(self.draws.uniform(batch, 1, 1, 1, 1, 1, low=0., high=math.log(7.)))
        coefficients = (coefficients / steps).round() * steps
        blocks = (self.cosines.t() @ coefficients @ self.cosines).permute(0, 1, 2, 4, 3, 5)
        ycc = blocks.reshape(batch, 3, SIDE, SIDE) / 255
        return torch.einsum("ij,bjhw->bihw", torch.tensor(FROM_YCC, device=picture.device), ycc)


def _gaussians(across, along, angle):
    """[B,9,9] anisotropic Gaussian kernels of the given standard deviations in pixels."""
    k = torch.arange(-4., 5., device=across.device)
    ky, kx = torch.meshgrid(k, k, indexing="ij")
    c, s = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None]
    u, v = (kx * c + ky * s) / across[:, None, None], (-kx * s + ky * c) / along[:, None, None]
    kernels = torch.exp(-.5 * (u ** 2 + v ** 2))
    return kernels / kernels.sum((1, 2), keepdim=True)
