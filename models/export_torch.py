#!/usr/bin/env python3
"""Exports a PyTorch classifier as a model folder that LiveCam explains as it is: the gradients are part of the exported graph.

    export_torch.py --arch resnet18 --layer layer4 --weights resnet18.pth --labels imagenet.txt --out models/resnet18
    export_torch.py --arch vgg16 --layer features.29 --weights random --out models/vgg16
    export_torch.py --arch my_net.py:make --layer features --weights mine.pth --out models/mine

ARCH is a name of torchvision's or FILE:FUNCTION. Its children must run in their order, and behind the target layer there may only be the kinds
of layers in STEPS, as in AlexNet, VGG, ResNet, GoogLeNet, SqueezeNet, MobileNet, MNASNet, ShuffleNet, RegNet and EfficientNet: torch.autograd.grad
cannot be exported, so their backward passes are written out here. Nothing is written unless logits and gradients agree with the net's own.
Needs torch >= 1.13, torchvision >= 0.14 and onnx. A net that is refused can be exported plainly: LiveCam differentiates that itself.
"""
import argparse
import hashlib
import inspect
import json
import runpy
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

# A step: (layer, its input) -> (its output, what takes the output's gradients [N,...] to the input's).
STEPS = {
    nn.Linear: lambda m, x: (m(x), lambda g: g @ m.weight),
    nn.Conv2d: lambda m, x: (m(x), lambda g: F.conv_transpose2d(g, m.weight, None, m.stride, m.padding, 0, m.groups, m.dilation)),
    nn.ReLU: lambda m, x: (m(x), lambda g: g * (x > 0).to(g.dtype)),
    nn.ReLU6: lambda m, x: (m(x), lambda g: g * ((x > 0) & (x < 6)).to(g.dtype)),
    nn.Hardswish: lambda m, x: (m(x), lambda g: g * torch.where(x.abs() < 3, x / 3 + .5, (x > 0).to(g.dtype))),
    nn.Flatten: lambda m, x: (x.flatten(1), lambda g: g.reshape(-1, *x.shape[1:])),
    nn.Dropout: lambda m, x: (x, lambda g: g),
    nn.Identity: lambda m, x: (x, lambda g: g),
    nn.AdaptiveAvgPool2d: lambda m, x: average(x, m.output_size),
    nn.MaxPool2d: lambda m, x: greatest(x, m),
}


def average(x, size):
    """Pooling is linear along each axis, y = P x Q', so the gradient is P' g Q."""
    rows, columns = size if isinstance(size, (tuple, list)) else (size, size)
    p, q = windows(x.shape[2], rows), windows(x.shape[3], columns)
    return p @ x @ q.t(), lambda g: p.t() @ g @ q


def windows(length, count):
    """[count, length]: the weights with which each of count windows averages, as AdaptiveAvgPool2d lays them out."""
    starts, ends = [i * length // count for i in range(count)], [-(-(i + 1) * length // count) for i in range(count)]
    return torch.tensor([[float(a <= j < b) / (b - a) for j in range(length)] for a, b in zip(starts, ends)])


def greatest(x, pool):
    """The gradient goes to each window's greatest element, the first of equals; windows may overlap."""
    y, (_, channels, height, width), (k, stride, pad) = pool(x), x.shape, (pool.kernel_size, pool.stride, pool.padding)
    rows, columns = y.shape[2:]
    padded, taken, hits = F.pad(x, (pad,) * 4, value=float("-inf")), torch.zeros_like(y), []
    for i in range(k * k):
        element = padded[:, :, i // k:i // k + stride * (rows - 1) + 1:stride, i % k:i % k + stride * (columns - 1) + 1:stride]
        hits.append((element == y).to(x.dtype) * (1 - taken))
        taken = taken + hits[-1]
    hits, place = torch.stack(hits, 2), torch.eye(k * k).view(k * k, 1, k, k).repeat(channels, 1, 1, 1)

    def pull(g):
        spread = F.conv_transpose2d((g.unsqueeze(2) * hits).flatten(1, 2), place, stride=stride, groups=channels)
        missing = height + 2 * pad - spread.shape[2], width + 2 * pad - spread.shape[3]   # what no window covers
        return F.pad(spread, (0, missing[1], 0, missing[0]))[:, :, pad:pad + height, pad:pad + width]
    return y, pull


def split(net, target):
    """(the layers up to the target, those behind it), containers opened where the target is inside or before them."""
    body, head, names = [], [], []
    for name, child in net.named_children():
        found = target in names
        inside = isinstance(child, nn.Sequential) and (found or target.startswith(name + "."))
        for part, module in ((f"{name}.{k}", m) for k, m in child.named_children()) if inside else [(name, child)]:
            if not name.startswith(("aux", "AuxLogits")):
                (head if target in names else body).append(module)
                names.append(part)
    if target not in names:
        children = ", ".join(name for name, _ in net.named_children())
        raise SystemExit(f"Cannot export: there is no layer '{target}'. Choose one of {children}, or a part of one.")
    kinds = [type(module) for module in head]   # many classifiers pool and flatten in forward(), not by a module
    if nn.AdaptiveAvgPool2d not in kinds:
        head.insert(next((i for i, kind in enumerate(kinds) if kind in (nn.Linear, nn.Dropout)), 0), nn.AdaptiveAvgPool2d(1))
    if nn.Flatten not in kinds:
        head.insert(1 + next(i for i, module in enumerate(head) if isinstance(module, nn.AdaptiveAvgPool2d)), nn.Flatten())
    unknown = [type(module).__name__ for module in head if type(module) not in STEPS]
    if unknown:
        raise SystemExit(f"Cannot export: there is no backward pass here for {', '.join(unknown)} behind '{target}'. Choose a later layer.")
    return nn.Sequential(*body), nn.ModuleList(head)


class Explainable(nn.Module):
    """(image [1,3,H,W], target [N]) -> logits [1,C], activations [1,K,H,W], gradients [N,K,H,W]; target -r is the r-th best class."""

    def __init__(self, net, layer):
        super().__init__()
        self.body, self.head = split(net, layer)

    def forward(self, image, target):
        x = activations = self.body(image)
        pulls = []
        for module in self.head:
            x, pull = STEPS[type(module)](module, x)
            pulls.append(pull)
        ranked = torch.sort(x[0], descending=True)[1]
        target = torch.where(target < 0, ranked[(-target - 1).clamp(min=0)], target)
        gradients = (torch.arange(x.shape[1]) == target.unsqueeze(1)).to(x.dtype)
        for pull in reversed(pulls):
            gradients = pull(gradients)
        return x, activations, gradients


def by_autograd(net, layer, image, target):
    """The same three, by PyTorch itself."""
    seen = []
    hook = net.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    logits = net(image)
    hook.remove()
    classes = [int(c) if c >= 0 else int(logits[0].argsort(descending=True)[-c - 1]) for c in target]
    return logits, seen[0], torch.cat([torch.autograd.grad(logits[0, c], seen[0], retain_graph=True)[0] for c in classes])


def load(options):
    """(the net with its weights, its labels or None)."""
    torch.manual_seed(0)
    if ".py:" in options.arch:
        file, function = options.arch.rsplit(":", 1)
        net, labels = runpy.run_path(file)[function](), None
    else:
        from torchvision import models
        pretrained = models.get_model_weights(options.arch).DEFAULT if options.weights == "default" else None
        net, labels = models.get_model(options.arch, weights=pretrained), pretrained and pretrained.meta["categories"]
    if options.weights not in ("random", "default"):
        net.load_state_dict(torch.load(options.weights, map_location="cpu"))
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False   # or the layer behind the target would overwrite it
    return net.eval(), Path(options.labels).read_text(encoding="utf-8").splitlines() if options.labels else labels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", required=True, help="a torchvision name, or FILE.py:FUNCTION that makes the net")
    parser.add_argument("--layer", required=True, help="target layer: a child of the net (layer4) or a part of one (features.29)")
    parser.add_argument("--weights", default="random", help="a file with a state_dict, 'random', or 'default': torchvision's own, downloaded")
    parser.add_argument("--labels", help="a text file, one class a line")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--out", type=Path, required=True, help="the model folder")
    parser.add_argument("--check", type=Path, help="also write an image and what PyTorch says about it to this folder, as raw little-endian numbers")
    options = parser.parse_args()

    net, labels = load(options)
    model, target = Explainable(net, options.layer).eval(), torch.tensor([-1, 0, -2])
    image = torch.randn(1, 3, options.size, options.size)
    expected = by_autograd(net, options.layer, image, target)
    with torch.no_grad():
        for name, ours, theirs in zip(("logits", "activations", "gradients"), model(image, target), expected):
            if ours.shape != theirs.shape or (ours - theirs).abs().max() > 1e-4 * theirs.abs().max():
                raise SystemExit(f"Cannot export: the {name} are not the net's own; its forward() does more than run its children in order.")
    classes = expected[0].shape[1]
    labels = labels or [f"class {i}" for i in range(classes)]
    if len(labels) != classes:
        raise SystemExit(f"Cannot export: there are {len(labels)} labels for {classes} logits. Give one a line, in the order of the logits.")
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "model.onnx"
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    warnings.simplefilter("ignore", torch.jit.TracerWarning)   # sizes are constants of the graph, as intended
    torch.onnx.export(model, (torch.randn_like(image), target), str(file), opset_version=13, input_names=["image", "target"], **legacy,
                      output_names=["logits", "activations", "gradients"], dynamic_axes={"target": {0: "N"}, "gradients": {0: "N"}})
    (options.out / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    name = options.out.resolve().name
    card = dict(name=name, title=f"{Path(options.arch).name}, {options.weights} weights", input="image", size=[options.size, options.size],
                layout="NCHW", order="RGB", scale=1 / 255, mean=[.485, .456, .406], std=[.229, .224, .225], resize="crop", layer=options.layer,
                labels="labels.txt", logits="logits", activations="activations", gradients="gradients", target="target",
                licence="", source="export_torch.py", sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    (options.out / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    if options.check:
        options.check.mkdir(parents=True, exist_ok=True)
        for name, tensor in zip(("image", "target", "logits", "activations", "gradients"), (image, target, *expected)):
            tensor.detach().numpy().tofile(options.check / f"{name}.raw")
    print(f"{options.out}: {classes} classes, activations {list(expected[1].shape)}")


if __name__ == "__main__":
    main()
