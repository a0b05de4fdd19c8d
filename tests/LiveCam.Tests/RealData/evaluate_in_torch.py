"""How fast PyTorch makes the measures of `livecam evaluate`, for docs/evaluation.md: random pictures, torchvision's SqueezeNet 1.1 with random weights.

    python3 evaluate_in_torch.py
"""
import statistics
import time

import numpy as np
import torch
import torch.nn.functional as F
import torchvision

PICTURES, STEPS = 6, 10


def explain(network, kept, picture, method):
    """Class, map and confidence: a forward pass, and one backward to the layer."""
    logits = network(picture)
    c, a = int(logits.argmax()), kept["activations"]
    g, = torch.autograd.grad(logits[0, c], a)
    if method == "gradcam":
        weights = g.mean((2, 3), keepdim=True)
    else:
        divisor = 2 * g ** 2 + a.sum((2, 3), keepdim=True) * g ** 3
        weights = (torch.where(g > 0, g ** 2 / torch.where(g > 0, divisor, torch.ones_like(g)), torch.zeros_like(g)) * F.relu(g)).sum((2, 3), keepdim=True)
    return c, F.relu((weights * a).sum(1, keepdim=True)).detach(), torch.softmax(logits, 1)[0, c].item()


def measure(network, kept, picture, method):
    def confidence(part):
        with torch.no_grad():
            return torch.softmax(network(part), 1)[0, c].item()

    c, saliency, _ = explain(network, kept, picture, method)
    mask = F.interpolate(saliency / (saliency.max() + 1e-9), size=picture.shape[2:], mode="bilinear")
    explain(network, kept, picture * mask, method)
    confidence(picture * mask)
    order = np.argsort(-mask.numpy().ravel())
    for value in (1, 0):
        for step in range(STEPS + 1):
            part = np.full(order.size, 1.0 - value, dtype=np.float32)
            part[order[:order.size * step // STEPS]] = value
            confidence(picture * torch.from_numpy(part).reshape(mask.shape))


def main():
    torch.manual_seed(0)
    torch.set_num_threads(2)
    network, kept = torchvision.models.squeezenet1_1().eval(), {}
    network.features.register_forward_hook(lambda module, inputs, output: kept.__setitem__("activations", output))
    rates = []
    for _ in range(3):
        pictures, started = torch.randn(PICTURES, 1, 3, 224, 224), time.time()
        for picture in pictures:
            for method in ("gradcam++", "gradcam"):
                measure(network, kept, picture, method)
        rates.append(PICTURES / (time.time() - started))
    print(f"{statistics.median(rates):.2f} pictures/s, both methods")


if __name__ == "__main__":
    main()
