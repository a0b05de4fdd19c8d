"""Average Drop, Increase, ADCC's parts, insertion and deletion of Grad-CAM++ and Grad-CAM maps, computed in PyTorch from the published formulas.

    faithfulness_in_torch.py TORCH_FOLDER MODEL.onnx LAYER STD,STD,STD MEAN,MEAN,MEAN PICTURE.f32 ...

A picture holds the raw float32 numbers of the network's input, [1,3,H,H]. Prints JSON: for each mask convention and method a list of one object a picture.
"""
import json
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F

sys.path.insert(0, sys.argv[1])
from onnx_in_torch import OnnxInTorch                       # noqa: E402
from onnx_reference import logits_of, read_picture, size_of, value_named   # noqa: E402

STEPS = 10


class Explained:
    def __init__(self, path, layer):
        model = onnx.load(path)
        self.network, self.size = OnnxInTorch(model, torch.float64), size_of(model.graph)
        self.layer, self.logits = value_named(model.graph, layer), logits_of(model.graph)

    def run(self, picture):
        values = self.network(picture)
        return values[self.logits].flatten(), values[self.layer]

    def confidence(self, picture, c):
        with torch.no_grad():
            return torch.softmax(self.run(picture)[0], 0)[c].item()

    def map(self, picture, method, c=None):
        """Grad-CAM, or equation 19 of Grad-CAM++ as it is printed, for class c or the best."""
        logits, activations = self.run(picture.clone().requires_grad_())
        c = int(logits.argmax()) if c is None else c
        g, = torch.autograd.grad(logits[c], activations)
        a = activations.detach()
        if method == "gradcam":
            return c, F.relu((g.mean((2, 3), keepdim=True) * a).sum(1, keepdim=True))
        divisor = 2 * g ** 2 + a.sum((2, 3), keepdim=True) * g ** 3
        alpha = torch.where(g > 0, g ** 2 / torch.where(g > 0, divisor, torch.ones_like(g)), torch.zeros_like(g))
        return c, F.relu(((alpha * F.relu(g)).sum((2, 3), keepdim=True) * a).sum(1, keepdim=True))


def measure(explained, picture, method, black):
    """`black` is what is removed: a tensor that is broadcast against the picture."""
    c, saliency = explained.map(picture, method)
    mask = F.interpolate(saliency / saliency.max(), size=picture.shape[2:], mode="bilinear", align_corners=False)
    keep = lambda m: picture * m + black * (1 - m)   # noqa: E731
    full, masked = explained.confidence(picture, c), explained.confidence(keep(mask), c)
    _, again = explained.map(keep(mask), method, c)
    order = np.argsort(-mask.numpy().ravel(), kind="stable")

    def curve(value):
        points = []
        for step in range(STEPS + 1):
            part = np.full(order.size, 1.0 - value)
            part[order[:order.size * step // STEPS]] = value
            points.append(explained.confidence(keep(torch.from_numpy(part).reshape(mask.shape)), c))
        return np.trapz(points, dx=1 / STEPS)

    return {"class": c, "full": full, "drop": max(0, full - masked) / full, "increase": float(full < masked),
            "coherency": (np.corrcoef(saliency.numpy().ravel(), again.numpy().ravel())[0, 1] + 1) / 2,
            "complexity": (saliency / saliency.max()).mean().item(), "insertion": curve(1), "deletion": curve(0)}


def main():
    _, _, model, layer, std, mean, *pictures = sys.argv
    explained = Explained(model, layer)
    std, mean = (torch.tensor([float(x) for x in numbers.split(",")], dtype=torch.float64).view(1, 3, 1, 1) for numbers in (std, mean))
    pictures = [read_picture(path, explained.size).double() for path in pictures]
    removed = {"pixels": -mean / std, "tensor": torch.zeros_like(mean)}
    print(json.dumps({mask: {method: [measure(explained, p, method, black) for p in pictures] for method in ("gradcam++", "gradcam")}
                      for mask, black in removed.items()}))


if __name__ == "__main__":
    main()
