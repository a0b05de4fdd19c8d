"""Every technique's map in a bundle of 'livecam explain --bundle', computed again in PyTorch from the published formulas.

    techniques_in_torch.py TORCH_FOLDER BUNDLE ...

A bundle with a pixel technique is asked for that, another one for its maps. Reads the network and the settings that bundle.json names, and the input as the network was fed; nothing else is taken from LiveCam. Prints JSON: for each bundle a list of
{technique, error, beyond, float32_error, float32_beyond}: the largest difference to float64 as a share of the largest number there, the share of numbers that differ by
more than a thousandth of that, and both of PyTorch's own float32.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F

sys.path.insert(0, sys.argv[1])
from onnx_in_torch import OnnxInTorch            # noqa: E402
from onnx_reference import logits_of, value_named   # noqa: E402


class Network:
    """One relu rule, one precision; explains the class that is best for the picture it was made with."""

    def __init__(self, bundle, record, dtype, rule="gradient"):
        model = onnx.load(record["model"]["path"])
        self.run, self.dtype = OnnxInTorch(model, dtype, rule), dtype
        self.layer, self.logits = value_named(model.graph, record["layer"]), logits_of(model.graph)
        self.picture = torch.from_numpy(np.load(bundle / "input.npy")).to(dtype)
        with torch.no_grad():
            self.best = int(self.run(self.picture)[self.logits].flatten().argmax())

    def evidence(self):
        """A and g = dS/dA, [K,H,W]."""
        values = self.run(self.picture.clone().requires_grad_())
        g, = torch.autograd.grad(values[self.logits].flatten()[self.best], values[self.layer])
        return values[self.layer].detach()[0], g[0]

    def pixels(self, picture):
        """dS/dI by the relu rule."""
        picture = picture.to(self.dtype).clone().requires_grad_()
        g, = torch.autograd.grad(self.run(picture)[self.logits].flatten()[self.best], picture)
        return g


# Maps, [H,W]

def weighed(weights):
    def saliency(a, g):
        return F.relu((weights(a, g).reshape(-1, 1, 1) * a).sum(0))
    return saliency


def alpha(a, g):
    """Equation 19 as it is printed, 0 where g is. Where g is so negative that 2 + g sum(A) is within a thousandth of 0, alpha has no meaning and is left out (docs/cam.md)."""
    total = a.sum((1, 2), keepdim=True)
    divisor = 2 * g ** 2 + total * g ** 3
    kept = (g != 0) & ((2 + g * total).abs() >= 1e-3)
    return torch.where(kept, g ** 2 / torch.where(kept, divisor, torch.ones_like(g)), torch.zeros_like(g))


def over(numerator, denominator):
    return torch.where(denominator == 0, torch.zeros_like(numerator), numerator / torch.where(denominator == 0, torch.ones_like(denominator), denominator))


MAPS = {
    "cam": weighed(lambda a, g: g.sum((1, 2))),   # behind a mean and a linear layer g = W / Z
    "gradcam": weighed(lambda a, g: g.mean((1, 2))),
    "gradcam++": weighed(lambda a, g: (alpha(a, g) * F.relu(g)).sum((1, 2))),
    "gradcam++authors": weighed(lambda a, g: over((alpha(a, g) * F.relu(g)).sum((1, 2)), alpha(a, g).sum((1, 2)))),
    "hirescam": lambda a, g: F.relu((g * a).sum(0)),
    "layercam": lambda a, g: F.relu((F.relu(g) * a).sum(0)),
    "xgradcam": weighed(lambda a, g: over((g * a).sum((1, 2)), a.sum((1, 2)))),
}


# Pixels, [1,3,H,W] in the network's order of colours

def black(card):
    return -torch.tensor(card["mean"]).view(1, 3, 1, 1).double() / torch.tensor(card["std"]).view(1, 3, 1, 1).double()


def van_der_corput(index):
    return sum(((index + 1) >> bit & 1) / 2 ** (bit + 1) for bit in range(32))


def noise(index, count):
    """Normal numbers from xorshift64* by Box and Muller, as any other program would draw them from that seed."""
    mask, state, uniform = 2 ** 64 - 1, (index + 1) * 0x9E3779B97F4A7C15 & (2 ** 64 - 1), np.empty(count, np.float32)
    for i in range(count):
        state ^= state >> 12
        state = (state ^ state << 25) & mask
        state ^= state >> 27
        uniform[i] = ((state * 0x2545F4914F6CDD1D & mask) >> 40) / 2 ** 24
    radius, angle = np.sqrt(-2 * np.log(1 - uniform[::2])), 2 * np.float32(np.pi) * uniform[1::2]
    return torch.from_numpy(np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).ravel())


def rule(name):
    return lambda make, record: (lambda network: network.pixels(network.picture))(make(name))


def guided_cam(make, record):
    network = make("guided")
    saliency = MAPS[record["settings"]["method"]](*make("gradient").evidence())
    mask = F.interpolate((saliency / saliency.max())[None, None], size=network.picture.shape[2:], mode="bilinear", align_corners=False)
    return network.pixels(network.picture) * mask


def smoothgrad(make, record):
    network, settings = make("gradient"), record["settings"]["parameters"]
    deviation = float(settings.get("explain.noise", 0.15)) * (network.picture.max() - network.picture.min())
    samples = int(settings.get("explain.samples", 16))
    return sum(network.pixels(network.picture + deviation * noise(i, network.picture.numel()).reshape(network.picture.shape)) for i in range(samples)) / samples


def integrated(make, record):
    network, samples = make("gradient"), int(record["settings"]["parameters"].get("explain.samples", 16))
    start = black(record["model"]["card"]).to(network.dtype)
    way = network.picture - start
    return way * sum(network.pixels(start + van_der_corput(i) * way) for i in range(samples)) / samples


PIXELS = {"gradient": rule("gradient"), "guided": rule("guided"), "deconvnet": rule("deconvnet"), "guidedcam": guided_cam, "smoothgrad": smoothgrad, "integrated": integrated}


def compare(bundle):
    record = json.loads((bundle / "bundle.json").read_text())
    networks = {}

    def maker(dtype):
        def make(name):
            if (dtype, name) not in networks:
                networks[dtype, name] = Network(bundle, record, dtype, name)
            return networks[dtype, name]
        return make

    exact, rough = maker(torch.float64), maker(torch.float32)
    rows = []

    def row(technique, found, exactly, roughly):
        full = exactly.abs().max()
        errors, rough = ((numbers.double() - exactly).abs() / full for numbers in (torch.from_numpy(found), roughly))
        rows.append({"technique": technique, "error": errors.max().item(), "beyond": (errors > 1e-3).double().mean().item(),
                     "float32_error": rough.max().item(), "float32_beyond": (rough > 1e-3).double().mean().item()})

    if "pixels" not in record["arrays"]:
        evidence, roughly = exact("gradient").evidence(), rough("gradient").evidence()
        for name, saliency in MAPS.items():
            if f"maps/{name}" in record["arrays"]:
                row(name, np.load(bundle / "maps" / f"{name}.npy")[0], saliency(*evidence), saliency(*roughly))
    else:
        name, found = record["settings"]["parameters"]["explain.pixels"], np.load(bundle / "pixels.npy")
        if record["model"]["card"].get("order") == "BGR":
            found = found[:, ::-1].copy()
        row(name, found, PIXELS[name](exact, record), PIXELS[name](rough, record))
    return rows


if __name__ == "__main__":
    print(json.dumps([compare(Path(path)) for path in sys.argv[2:]]))
