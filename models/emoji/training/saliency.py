"""Saliency maps of four CAM methods at once, and how well they find the objects."""
import torch
import torch.nn.functional as F

from draws import SIDE
from scenes import SMALLEST

METHODS = ("Grad-CAM", "Grad-CAM++", "LayerCAM", "HiResCAM")
THRESHOLDS = torch.linspace(.05, .95, 19)


def maps(net, x, classes):
    """(maps [B,4,16,16] after relu, unscaled; logits [B,65]) for one class a picture. Grad-CAM++ is eq. 19 of its paper."""
    with torch.no_grad():
        activations = net.features(x)
    activations = activations.detach().requires_grad_(True)
    with torch.enable_grad():
        logits = net.classify(activations)
        gradients = torch.autograd.grad(logits.gather(1, classes[:, None]).sum(), activations)[0]
    activations, positive = activations.detach(), gradients.clamp(min=0)
    grad_cam = gradients.mean((2, 3), keepdim=True)
    grad_cam_pp = (positive / (2 + positive * activations.sum((2, 3), keepdim=True))).sum((2, 3), keepdim=True)
    weighted = [(weight * activations).sum(1) for weight in (grad_cam, grad_cam_pp, positive, gradients)]
    return torch.stack([one.clamp(min=0) for one in weighted], 1), logits.detach()


def enlarge(maps):
    """To scene size, each map divided by its own maximum; blank maps stay 0."""
    large = F.interpolate(maps, size=SIDE, mode="bilinear", align_corners=False)
    top = large.amax((2, 3), keepdim=True)
    return torch.where(top > 1e-12, large / top.clamp(min=1e-12), torch.zeros_like(large))


class Localisation:
    """Running sums over scenes, one figure a method."""

    def __init__(self):
        methods = len(METHODS)
        self.scenes = self.instances = self.several = self.contested = 0
        self.share = 0.
        self.energy, self.pointing, self.hit, self.balance, self.elsewhere, self.empty = (torch.zeros(methods) for _ in range(6))
        self.iou = torch.zeros(methods, len(THRESHOLDS))

    def add(self, maps, masks, others=None):
        """maps [B,4,S,S]; masks [B,SLOTS,S,S] of the explained class's instances; others: of another class in the same scene."""
        masks = (masks > .5).float()
        union = masks.amax(1, keepdim=True)
        total = maps.sum((2, 3))
        self.scenes += len(maps)
        self.share += float(union.mean((1, 2, 3)).sum())
        self.empty += (total <= 0).float().sum(0).cpu()
        self.energy += ((maps * union).sum((2, 3)) / total.clamp(min=1e-9)).sum(0).cpu()
        peak = maps.flatten(2).argmax(2)
        on_object = union.flatten(2).expand(-1, len(METHODS), -1).gather(2, peak[..., None])[..., 0]
        self.pointing += (on_object * (total > 0)).sum(0).cpu()
        for i, threshold in enumerate(THRESHOLDS.tolist()):
            above = (maps >= threshold).float()
            common = (above * union).sum((2, 3))
            self.iou[:, i] += (common / (above.sum((2, 3)) + union.sum((2, 3)) - common).clamp(min=1)).sum(0).cpu()
        self._add_instances(maps, masks)
        if others is not None:
            union = (others > .5).float().amax(1, keepdim=True)
            self.elsewhere += ((maps * union).sum((2, 3)) / total.clamp(min=1e-9)).sum(0).cpu()
            self.contested += len(maps)

    def _add_instances(self, maps, masks):
        """An instance is hit when the map reaches half of its maximum inside it; balance is the weakest peak over the strongest."""
        visible = masks.sum((2, 3)) >= SMALLEST
        peaks = (maps[:, :, None] * masks[:, None]).amax((3, 4))
        self.instances += int(visible.sum())
        self.hit += ((peaks >= .5) & visible[:, None]).float().sum((0, 2)).cpu()
        several = visible.sum(1) > 1
        if several.any():
            peaks, visible = peaks[several], visible[several][:, None].expand_as(peaks[several])
            weakest = torch.where(visible, peaks, torch.full_like(peaks, 9.)).amin(2)
            strongest = torch.where(visible, peaks, torch.full_like(peaks, -1.)).amax(2)
            self.balance += (weakest / strongest.clamp(min=1e-6)).clamp(0, 1).sum(0).cpu()
            self.several += int(several.sum())

    def figures(self):
        scenes, result = max(self.scenes, 1), {}
        for i, method in enumerate(METHODS):
            best = int(self.iou[i].argmax())
            row = {"energy_in_mask": self.energy[i] / scenes, "pointing_game": self.pointing[i] / scenes,
                   "mean_iou": self.iou[i, best] / scenes, "iou_threshold": THRESHOLDS[best],
                   "instances_hit_at_half": self.hit[i] / max(self.instances, 1),
                   "weakest_over_strongest": self.balance[i] / max(self.several, 1), "empty_maps": self.empty[i] / scenes}
            if self.contested:
                row["energy_on_other_class"] = self.elsewhere[i] / self.contested
            result[method] = {name: round(float(value), 4) for name, value in row.items()}
        return result | {"scenes": self.scenes, "instances": self.instances, "mask_share_of_frame": round(self.share / scenes, 4)}
