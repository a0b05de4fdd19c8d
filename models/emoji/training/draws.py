"""Random numbers of one seed on one device, and the plane geometry of scenes.

The frame is [-1,1]^2, x to the right, y down; SIDE pixels a side.
"""
import torch

SIDE = 128


class Draws:
    """A generator and short names for what is drawn from it. The order of the draws is part of a scene's recipe."""

    def __init__(self, seed, device):
        self.device = device
        self.generator = torch.Generator(device=device)
        self.generator.manual_seed(seed)

    def uniform(self, *shape, low=0., high=1.):
        return torch.rand(*shape, generator=self.generator, device=self.device) * (high - low) + low

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def integers(self, end, *shape):
        return torch.randint(0, end, shape, generator=self.generator, device=self.device)

    def chance(self, probability, *shape):
        """True with this probability."""
        return self.uniform(*shape) < probability


def grid(device):
    """(x, y) of every pixel's centre, each [SIDE, SIDE]."""
    axis = (torch.arange(SIDE, device=device) + .5) / SIDE * 2 - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return x, y


def matrix(*rows):
    """A batch of matrices from rows of equally shaped tensors."""
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


def placement(centre_x, centre_y, angle, scale_x, scale_y, tilt_x, tilt_y):
    """[..., 3, 3]: from an object's own square [-1,1]^2 to the frame, with perspective."""
    one, zero = torch.ones_like(centre_x), torch.zeros_like(centre_x)
    c, s = torch.cos(angle), torch.sin(angle)
    affine = matrix((c * scale_x, -s * scale_y, centre_x), (s * scale_x, c * scale_y, centre_y), (zero, zero, one))
    perspective = matrix((one, zero, zero), (zero, one, zero), (tilt_x, tilt_y, one))
    return affine @ perspective


def adjugate(m):
    """The inverse of 3x3 matrices up to a factor, which homogeneous coordinates do not see."""
    r0, r1, r2 = m[..., 0, :], m[..., 1, :], m[..., 2, :]
    return torch.stack([torch.cross(r1, r2, dim=-1), torch.cross(r2, r0, dim=-1), torch.cross(r0, r1, dim=-1)], -1)


def inside(place, x, y):
    """The frame's pixels in an object's own coordinates, [n, SIDE, SIDE, 2]."""
    homogeneous = torch.stack([x, y, torch.ones_like(x)], -1).view(1, SIDE * SIDE, 3) @ adjugate(place).transpose(-1, -2)
    w = homogeneous[..., 2:]
    w = torch.where(w.abs() < 1e-4, torch.full_like(w, 1e-4), w)
    return (homogeneous[..., :2] / w).view(-1, SIDE, SIDE, 2)


def over(picture, colour, alpha):
    """Paints colour over picture with opacity alpha."""
    return picture + (colour - picture) * alpha
