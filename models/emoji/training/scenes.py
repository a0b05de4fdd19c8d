"""Composes scenes on the device: one to four drawings on cards and telephones held before a camera, and where each of them is."""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from backdrop import SKIN, Backdrop
from camera import LUMA, Camera
from classes import BACKGROUND
from draws import SIDE, Draws, grid, inside, matrix, over, placement

SLOTS = 4                       # objects in a scene, at most
LOGITS = BACKGROUND + 1
OTHER, EMPTY = BACKGROUND, -1   # what a slot holds besides a class: an object of no class, nothing
SMALLEST = 45                   # an object of fewer visible pixels is not asked for
TO_YIQ = ((.299, .587, .114), (.596, -.274, -.322), (.211, -.523, .312))


class Scenes:
    """An endless supply of scenes in the given styles; the same seed gives the same scenes."""

    def __init__(self, pictures, styles, backgrounds="train", seed=0):
        self.pictures, self.device = pictures, pictures.device
        self.table, self.present, self.negatives = pictures.table(styles)
        self.draws = Draws(seed, self.device)
        self.x, self.y = grid(self.device)
        self.backdrop = Backdrop(self.draws, pictures.backgrounds[backgrounds], self.x, self.y)
        self.camera = Camera(self.draws, self.x, self.y)

    @torch.no_grad()
    def make(self, batch, severity=1., kind=None, count=None, upright=False, big=False):
        """(pictures [B,3,S,S], soft labels [B,65], masks [B,SLOTS,S,S], class of each slot [B,SLOTS]).

        kind: None for the mixture trained on, 'one' class, 'two' classes, 'bg' for nothing, 'neg' for other objects only.
        count: objects in each scene, else one to four. severity: 0 is easy, 1 is the hardest of training.
        """
        what = self._contents(batch, kind, count)
        where = self._layout(what, severity, upright, big)
        cards = self._cards(what, where)
        looks = self._looks(batch, severity)
        picture = self.backdrop.make(batch)
        masks = torch.zeros(batch, SLOTS, SIDE, SIDE, device=self.device)
        for slot in range(SLOTS):
            self._paint_card(slot, picture, masks, what, where, cards)
            self._paint_object(slot, picture, masks, what, where, looks)
        self._cover(picture, masks, what, where, severity)
        masks = masks.clamp(0, 1)
        return self.camera.shoot(picture, severity), _soft_labels(what.classes, masks), masks, what.classes

    def _contents(self, batch, kind, count):
        """What is in each scene: its kind, the number of objects, their classes and drawings."""
        draws, uniform, chance = self.draws, self.draws.uniform, self.draws.chance
        share = uniform(batch)
        nothing, others, two = share < .09, (share >= .09) & (share < .16), (share >= .16) & (share < .33)
        if kind is not None:
            nothing, others, two = (torch.full_like(nothing, kind == name) for name in ("bg", "neg", "two"))
        share = uniform(batch)
        n = 1 + (share > .5).long() + (share > .74).long() + (share > .87).long()
        if count is not None:
            n = torch.full((batch,), count, device=self.device)
        n = torch.where(two, n.clamp(min=2), n)

        slot = torch.arange(SLOTS, device=self.device)[None].expand(batch, SLOTS)
        first, second = self._two_classes(batch)
        is_second = torch.where(slot < 2, slot == 1, chance(.5, batch, SLOTS))
        classes = torch.where(two[:, None] & is_second, second[:, None], first[:, None].expand(batch, SLOTS))
        # an object of no class beside the others
        stray = ~two & ~nothing & ~others & (n < SLOTS) & chance(0. if kind == "one" else .12, batch)
        n = n + stray.long()
        classes = torch.where(stray[:, None] & (slot == (n - 1)[:, None]), OTHER, classes)
        classes = torch.where(others[:, None], OTHER, classes)
        active = (slot < n[:, None]) & ~nothing[:, None]
        classes = torch.where(active, classes, EMPTY)
        # a class is mostly drawn in one style throughout a scene
        column = draws.integers(self.table.shape[1], batch, 1).expand(batch, SLOTS)
        column = torch.where(chance(.3, batch, 1), draws.integers(self.table.shape[1], batch, SLOTS), column)
        drawing = self.table[classes.clamp(0, BACKGROUND - 1), column]
        if len(self.negatives):
            drawing = torch.where(classes == OTHER, self.negatives[draws.integers(len(self.negatives), batch, SLOTS)], drawing)
        return SimpleNamespace(batch=batch, n=n, nothing=nothing, active=active, classes=classes, drawing=drawing)

    def _two_classes(self, batch):
        """Two different classes a scene."""
        integers, count = self.draws.integers, len(self.present)
        first = self.present[integers(count, batch)]
        second = self.present[integers(count, batch)]
        another = (torch.searchsorted(self.present, first.contiguous()) + 1 + integers(count - 1, batch)) % count
        return first, torch.where(second == first, self.present[another], second)

    def _layout(self, what, severity, upright, big):
        """Where each object is: placements [B,SLOTS,3,3], free or together on one shared card."""
        uniform, normal, chance, batch = self.draws.uniform, self.draws.normal, self.draws.chance, what.batch
        shared = chance(.4, batch)
        turned = chance(0. if upright else .12, batch)
        angle = torch.where(turned, uniform(batch, low=-3.14, high=3.14), normal(batch) * .22 * severity)
        low, high = (.45, .9) if big else (.2, .92)
        size = low + (high - low) * uniform(batch) ** 1.15
        free, scale, quadrants = self._free_placement(what, angle, size, severity)
        card, card_size, on_card, local = self._shared_card(what, angle, size, quadrants, severity)
        mirrored = torch.where(chance(0. if upright else .4, batch, 1, 1), -1., 1.)
        return SimpleNamespace(
            shared=shared, free=free, scale=scale, card=card, card_size=card_size, on_card=on_card, mirrored=mirrored,
            place=torch.where(shared[:, None, None, None], card[:, None] @ local, free),
            size=torch.where(shared[:, None], (card_size * on_card)[:, None].expand_as(scale), scale))

    def _free_placement(self, what, angle, size, severity):
        """Each on its own: alone anywhere, two opposite each other, three or four in the quadrants."""
        uniform, normal, chance, batch = self.draws.uniform, self.draws.normal, self.draws.chance, what.batch
        one, two = (what.n == 1)[:, None], (what.n == 2)[:, None]
        phi = torch.where(chance(.6, batch), normal(batch) * .15, uniform(batch, low=0, high=6.28))
        order = torch.argsort(uniform(batch, SLOTS), 1)
        quadrants = torch.tensor([[-1., -1], [1, -1], [-1, 1], [1, 1]], device=self.device)[order] * .47
        apart = torch.stack([torch.cos(phi), torch.sin(phi)], -1) * uniform(batch, low=.42, high=.54)[:, None]
        pair = torch.stack([apart, -apart, apart * 0, apart * 0], 1)
        room = (1 - .7 * size).clamp(min=0)[:, None, None]
        alone = (uniform(batch, 1, 2, low=-1, high=1) * room).expand(batch, SLOTS, 2)
        centre = torch.where(one[..., None], alone, torch.where(two[..., None], pair, quadrants))
        centre = centre + torch.where(one[..., None], 0., .07) * normal(batch, SLOTS, 2)
        of_two, of_four = uniform(batch, SLOTS, low=.24, high=.52), uniform(batch, SLOTS, low=.2, high=.46)
        scale = torch.where(one, size[:, None].expand(batch, SLOTS), torch.where(two, of_two, of_four))
        alike = chance(.5, batch, 1) & ~one
        scale = torch.where(alike, scale[:, :1].expand(batch, SLOTS) * uniform(batch, SLOTS, low=.93, high=1.07), scale)
        aspect = torch.exp(normal(batch, SLOTS) * .08 * severity)
        tilted = angle[:, None] + normal(batch, SLOTS) * .12 * severity
        lean = [(normal(batch, SLOTS) * .13 * severity).clamp(-.32, .32) for _ in range(2)]
        return placement(centre[..., 0], centre[..., 1], tilted, scale * aspect, scale / aspect, *lean), scale, quadrants

    def _shared_card(self, what, angle, size, quadrants, severity):
        """All on one card: the card in the frame and its size, the objects' size and placement on the card."""
        uniform, normal, chance, batch = self.draws.uniform, self.draws.normal, self.draws.chance, what.batch
        one, two = what.n == 1, what.n == 2
        of_one, of_two, of_four = (uniform(batch, low=low, high=high) for low, high in ((.6, .85), (.36, .46), (.33, .44)))
        on_card = torch.where(one, of_one, torch.where(two, of_two, of_four))
        for_two, for_four = uniform(batch, low=.55, high=1.05), uniform(batch, low=.6, high=1.02)
        card_size = torch.where(one, size / on_card, torch.where(two, for_two, for_four))
        centre = uniform(batch, 2, low=-1, high=1) * (1 - .85 * card_size).clamp(min=.05)[:, None]
        lean = [(normal(batch) * .12 * severity).clamp(-.3, .3) for _ in range(2)]
        card = placement(centre[:, 0], centre[:, 1], angle, card_size, card_size, *lean)
        chance(.7, batch, 1, 1)   # read by nobody: it keeps the stream of draws that the published figures' scenes came from
        side_by_side = chance(.7, batch, 1, 1)
        sign = torch.tensor([1., -1, 0, 0], device=self.device).view(1, SLOTS, 1)
        row, column = (sign * torch.tensor(step, device=self.device) for step in ([.5, 0.], [0., .5]))
        spot = torch.where(one[:, None, None], torch.zeros_like(quadrants), quadrants / .47 * .5)
        spot = torch.where(two[:, None, None], torch.where(side_by_side, row, column), spot) + .02 * normal(batch, SLOTS, 2)
        side = on_card[:, None].expand(batch, SLOTS)
        zero = torch.zeros_like(side)
        local = placement(spot[..., 0], spot[..., 1], normal(batch, SLOTS) * .05, side, side, zero, zero)
        return card, card_size, on_card, local

    def _cards(self, what, where):
        """The cards, half of them telephones with a bezel: proportions, colours, shadows, and an interface's bars."""
        uniform, normal, chance, batch = self.draws.uniform, self.draws.normal, self.draws.chance, what.batch
        one, two, shared = (what.n == 1)[:, None], what.n == 2, where.shared
        shown = chance(.6, batch) | (what.nothing & chance(.3, batch)) | (shared & chance(.85, batch))
        tall = torch.stack([uniform(batch, low=1.04, high=1.25), uniform(batch, low=1.04, high=2.0)], -1)
        square = uniform(batch, 1, low=1.04, high=1.2).expand(batch, 2)
        width = uniform(batch, low=1.02, high=1.15)
        around = torch.stack([width, torch.where(two, uniform(batch, low=1.02, high=1.9), uniform(batch, low=1.02, high=1.9))], -1)
        around = torch.where(one, tall * where.on_card[:, None], around)
        box = torch.where(shared[:, None], around, torch.where(one, tall, square))
        box = torch.where(chance(.4, batch, 1), box.flip(-1), box)
        phone = chance(.5, batch)
        white = chance(.6, batch, 1), uniform(batch, 1, low=.8, high=1.) + .03 * normal(batch, 3)
        dark = chance(.45, batch, 1), uniform(batch, 1, low=0, high=.2) + .02 * normal(batch, 3)
        paper = torch.where(*white, torch.where(*dark, uniform(batch, 3)))
        gradient = normal(batch, 2, 3) * .08 * chance(.5, batch, 1, 1)
        bezel, radius, bars = uniform(batch, low=.02, high=.14), uniform(batch, low=.01, high=.3), chance(.3, batch)
        black = chance(.75, batch, 1), uniform(batch, 1, low=0., high=.2) + .02 * normal(batch, 3)
        bezel_colour = torch.where(*black, uniform(batch, 3))
        shadow, offset, softness = uniform(batch, low=0., high=.6), normal(batch, 2) * .12, uniform(batch, low=3, high=20)
        return SimpleNamespace(
            shown=shown, box=box, phone=phone, paper=paper, gradient=gradient, bezel=bezel, radius=radius, bezel_colour=bezel_colour,
            shadow=shadow, offset=offset, softness=softness,
            bars=bars, bar_frequency=uniform(batch, 2, low=6, high=30), bar_colour=uniform(batch, 3))

    def _looks(self, batch, severity):
        """How each drawing is altered: hue, saturation and brightness as one matrix, outline, inked edges, waviness."""
        uniform, normal, chance, device = self.draws.uniform, self.draws.normal, self.draws.chance, self.device
        shape = batch, SLOTS
        hue = torch.where(chance(.85, *shape), normal(*shape) * .1, uniform(*shape, low=-.45, high=.45)) * severity
        grey = chance(.05, *shape)
        saturation = torch.where(grey, torch.zeros(*shape, device=device), uniform(*shape, low=.6, high=1.35))
        saturation = 1 + (saturation - 1) * min(1., severity * 1.2)
        brightness = uniform(*shape, low=.72, high=1.12)
        to_yiq = torch.tensor(TO_YIQ, device=device)
        from_yiq = torch.linalg.inv(to_yiq.cpu()).to(device)
        c, s = torch.cos(hue) * saturation, torch.sin(hue) * saturation
        one, zero = torch.ones_like(c), torch.zeros_like(c)
        rotation = matrix((one, zero, zero), (zero, c, -s), (zero, s, c))
        outlined = chance(.13, batch)
        pale = chance(.5, batch, 1), uniform(batch, 1, low=.85, high=1.).expand(batch, 3)
        return SimpleNamespace(
            colour=from_yiq @ rotation @ to_yiq * brightness[..., None, None],
            outlined=outlined, outline_colour=torch.where(*pale, uniform(batch, 1, low=0, high=.25).expand(batch, 3)),
            ink=uniform(batch) * chance(.22, batch) * 5,
            wave=uniform(*shape, 2) ** 2 * .07 * severity,
            wave_frequency=uniform(*shape, 2, low=1.5, high=4.5), wave_phase=uniform(*shape, 2, low=0, high=6.28))

    def _paint_card(self, slot, picture, masks, what, where, cards):
        """This slot's own card, or in slot 0 the shared one; background scenes have empty cards."""
        own = what.active[:, slot] & ~where.shared
        common = (where.shared | what.nothing) if slot == 0 else torch.zeros_like(own)
        i = (cards.shown & (own | common)).nonzero().squeeze(1)
        if not len(i):
            return
        at = inside(torch.where(where.shared[i, None, None], where.card[i], where.free[i, slot]), self.x, self.y)
        box = cards.box[i][:, None, None]
        radius = (cards.radius[i] * cards.box[i].min(-1)[0])[:, None, None]
        pixels = (torch.where(where.shared[i], where.card_size[i], where.scale[i, slot]) * 64)[:, None, None]
        shade = torch.sigmoid(-_rounded(at + cards.offset[i][:, None, None], box, radius) * cards.softness[i][:, None, None])
        behind = picture[i] * (1 - (shade * cards.shadow[i][:, None, None])[:, None])
        distance = _rounded(at, box, radius)
        alpha = torch.sigmoid(-distance * pixels * 2)
        colour = cards.paper[i][:, :, None, None] + torch.einsum("bhwc,bcd->bdhw", at.clamp(-2, 2), cards.gradient[i])
        frequency = cards.bar_frequency[i]
        bars = ((at[..., 1].abs() > box[..., 1] * .84) & cards.bars[i][:, None, None]
                & (torch.sin(at[..., 0] * frequency[:, 0][:, None, None]) > 0)
                & (torch.sin(at[..., 1] * frequency[:, 1][:, None, None]) > 0)).float()
        colour = colour + (cards.bar_colour[i][:, :, None, None] - colour) * bars[:, None] * .8
        screen = torch.sigmoid(-(distance + cards.bezel[i][:, None, None]) * pixels * 2)
        framed = over(cards.bezel_colour[i][:, :, None, None], colour, screen[:, None])
        colour = torch.where(cards.phone[i][:, None, None, None], framed, colour)
        picture[i] = over(behind, colour.clamp(0, 1), alpha[:, None])
        _hide(masks, i, slot, alpha)

    def _paint_object(self, slot, picture, masks, what, where, looks):
        i = what.active[:, slot].nonzero().squeeze(1)
        if not len(i):
            return
        at = inside(where.place[i, slot], self.x, self.y)
        amount, frequency, phase = (wave[i, slot][..., None, None] for wave in (looks.wave, looks.wave_frequency, looks.wave_phase))
        wavy = torch.stack([
            (at[..., 0] + amount[:, 0] * torch.sin(frequency[:, 0] * at[..., 1] + phase[:, 0])) * where.mirrored[i],
            at[..., 1] + amount[:, 1] * torch.sin(frequency[:, 1] * at[..., 0] + phase[:, 1])], -1)
        level = torch.floor(torch.log2(160 / (where.size[i, slot].clamp(min=.05) * 128)) + .3).clamp(0, 2).long()
        drawing = self.pictures.atlas[what.drawing[i, slot] + level * self.pictures.count].float() / 255
        drawing = torch.cat([drawing[:, :3] * drawing[:, 3:], drawing[:, 3:]], 1)
        sampled = F.grid_sample(drawing, wavy, mode="bilinear", padding_mode="zeros", align_corners=False)
        alpha = sampled[:, 3:]
        colour = torch.einsum("bij,bjhw->bihw", looks.colour[i, slot], sampled[:, :3])
        colour = _ink(colour, looks.ink[i][:, None, None, None])
        outline = F.max_pool2d(alpha, 3, 1, 1) * looks.outlined[i].float()[:, None, None, None]
        colour = colour + looks.outline_colour[i][:, :, None, None] * outline * (1 - alpha)
        covered = alpha + outline * (1 - alpha)
        picture[i] = colour.clamp(0, 1) + picture[i] * (1 - covered)
        _hide(masks, i, slot, covered)
        masks[i, slot] = alpha[:, 0]

    def _cover(self, picture, masks, what, where, severity):
        """Now and then a finger or a bar from outside that reaches the edge of the first object."""
        uniform, chance = self.draws.uniform, self.draws.chance
        i = (chance(.25 * severity, what.batch) & what.active[:, 0]).nonzero().squeeze(1)
        if not len(i):
            return
        angle = uniform(len(i), low=0, high=6.28)
        direction = torch.stack([torch.cos(angle), torch.sin(angle)], -1)
        centre = where.place[i, 0, :2, 2] / where.place[i, 0, 2, 2][:, None]
        size = where.size[i, 0]
        tip = centre + direction * (size * uniform(len(i), low=.55, high=1.1))[:, None]
        from_tip = torch.stack([self.x, self.y], -1)[None] - tip[:, None, None]
        along = (from_tip * direction[:, None, None]).sum(-1).clamp(min=0)
        distance = (from_tip - along[..., None] * direction[:, None, None]).norm(dim=-1)
        radius = (size * uniform(len(i), low=.1, high=.35)).clamp(.04, .25)[:, None, None]
        alpha = torch.sigmoid((radius - distance) * 60)
        skin = torch.tensor(SKIN, device=self.device) * uniform(len(i), 1, low=.35, high=1.1)
        colour = torch.where(chance(.7, len(i), 1), skin, uniform(len(i), 3))[:, :, None, None]
        colour = colour * (1 - .45 * (distance / radius).clamp(0, 1)[:, None] ** 2)
        picture[i] = over(picture[i], colour, alpha[:, None])
        masks[i] = masks[i] * (1 - alpha[:, None])


def _rounded(at, box, radius):
    """Signed distance to a rounded rectangle of half sides box."""
    corner = at.abs() - (box - radius[..., None])
    return corner.clamp(min=0).norm(dim=-1) + corner.max(-1)[0].clamp(max=0) - radius


def _ink(colour, strength):
    """Darkens where brightness changes, as a pen would."""
    luma = (colour * torch.tensor(LUMA, device=colour.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
    across = (luma - F.pad(luma, (1, 0, 0, 0))[..., :-1]).abs()
    down = (luma - F.pad(luma, (0, 0, 1, 0))[..., :-1, :]).abs()
    return colour * (1 - ((across + down) * strength).clamp(0, .9))


def _hide(masks, scenes, slot, alpha):
    """What was painted before is covered by what is painted now."""
    if slot:
        masks[scenes, :slot] = masks[scenes, :slot] * (1 - alpha.view(len(scenes), 1, SIDE, SIDE))


def _soft_labels(classes, masks):
    """Each class in proportion to the square root of its visible area; background where there is none."""
    area = (masks > .5).float().sum((2, 3))
    asked = (classes >= 0) & (classes < BACKGROUND) & (area >= SMALLEST)
    weight = torch.where(asked, area.sqrt(), torch.zeros_like(area))
    labels = torch.zeros(len(classes), LOGITS, device=masks.device).scatter_add_(1, classes.clamp(0, BACKGROUND - 1), weight)
    labels[labels.sum(1) <= 0, BACKGROUND] = 1
    return labels / labels.sum(1, keepdim=True)
