"""What a network says about a picture, and how that moves with a layer and with the pixels: computed in float64, kept in an .npz."""
import numpy as np
import torch
import torch.nn.functional as F

# Explained besides the top class.
FIXED_CLASSES = 281, 817


def smooth_picture(size, seed, count=1):
    """[count,3,size,size] of deviation 1: noise of several grains, the coarser the stronger, as in photographs."""
    generator = torch.Generator().manual_seed(seed)
    grains = [torch.randn(count, 3, cells, cells, generator=generator) for cells in (4, 8, 16, 32)]
    picture = sum(F.interpolate(g, size=(size, size), mode="bicubic", align_corners=False) / (i + 1) for i, g in enumerate(grains))
    return (picture - picture.mean()) / picture.std()


def differentiate(forward, picture, classes=None):
    """(classes, logits, layers, gradients): forward gives the logits and the layers; gradients are [N,...] for each layer, then for the pixels."""
    picture = picture.clone().requires_grad_()
    logits, layers = forward(picture)
    logits = logits.flatten()
    classes = classes or [int(logits.argmax()), *FIXED_CLASSES]
    rows = [torch.autograd.grad(logits[c], [*layers, picture], retain_graph=True) for c in classes]
    return classes, logits.detach(), [v.detach() for v in layers], [torch.cat(g) for g in zip(*rows)]


def distance(a, b):
    """The largest difference, relative to the largest of b."""
    return ((a.double() - b).abs().max() / b.abs().max()).item()


def write(path, picture, exact, single, ruled=()):
    """The answers of `exact`, a forward pass in float64; how far `single`, the same in float32, is from them, which shows what rounding does
    (a relu whose input is almost 0 may switch); and the gradients at the pixels under the other `ruled` relus, {rule: forward}."""
    classes, logits, layers, gradients = differentiate(exact, picture.double())
    rounded = differentiate(single, picture.float(), classes)[3]
    names = [*map(str, range(len(layers))), "pixels"]
    arrays = {"input": picture.numpy(), "classes": np.array(classes), "logits": logits.numpy()}
    arrays.update({f"activations.{name}": v.numpy() for name, v in zip(names, layers)})
    arrays.update({f"gradients.{name}": g.numpy() for name, g in zip(names, gradients)})
    arrays.update({f"float32.{name}": np.array(distance(r, g)) for name, r, g in zip(names, rounded, gradients)})
    for rule, forward in dict(ruled).items():
        arrays[f"{rule}.pixels"] = differentiate(forward, picture.double(), classes)[3][-1].numpy()
    np.savez(path, **arrays)
    return layers, logits
