"""Keeps numbers away from where derivatives jump, so that float32 takes the same side there as float64.

A network at 224 x 224 has millions of relus. The inputs of a few lie within float32's rounding of 0, and whether those are on decides, in a deep
random network, percents of a pixel's gradient. A channel's numbers, though, have gaps hundreds of times wider than rounding: its bias is moved
until a wide gap lies on the kink. No bias tells apart two numbers that a maximum is taken of: for that a picture is chosen, by its seed, whose
every maximum leads by more than about 1e-6.
"""
from contextlib import contextmanager
from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn

# Where the derivatives of torch.nn.functional's activations jump; of hardtanh as relu6 uses it.
KINKS = {"relu": (0,), "hardtanh": (0, 6), "hardswish": (-3, 3), "hardsigmoid": (-3, 3)}

# How far a channel may be moved, in its standard deviations, and how many places in between are tried.
REACH, PLACES = 0.05, 65

def shift(x, kinks=(0,)):
    """[K]: what to add to each channel of x [1,K,...] so that the number nearest to a kink is as far from it as can be."""
    channels = x.detach().transpose(0, 1).flatten(1)
    size = channels.std(1) if channels.shape[1] > 1 else torch.ones(len(channels))
    candidates = torch.linspace(-REACH, REACH, PLACES).view(-1, 1) * size
    margins = torch.stack([torch.stack([(channels + (by - kink).view(-1, 1)).abs().amin(1) for kink in kinks]).amin(0)
                           for by in candidates.unbind()])
    return candidates.gather(0, margins.argmax(0, keepdim=True)).flatten()


def lead(x, kernel, stride, padding=0):
    """By how much of x's deviation a window's greatest number exceeds the next at least. Equal numbers are no doubt: after a relu they are 0,
    after another maximum they come from one place."""
    windows = F.pad(x, (padding,) * 4, value=float("-inf")).unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4)
    best = windows.topk(2).values
    leads = best[..., 0] - best[..., 1]
    return (leads[leads > 0].min() / x.std()).item()


def avoid(net, picture):
    """Runs a network on this picture and moves biases: before each activation, that of the last layer with as many channels.
    Gives the least lead of a maximum."""
    leads, max_pool2d = [float("inf")], F.max_pool2d

    def moved(activation, kinks, biases):
        def run(x, *arguments, **options):
            bias = next((b for b in reversed(biases) if b.shape == x.shape[1:2]), None) if x.dim() == 4 else None
            if bias is not None:
                by = shift(x, kinks)
                bias += by
                x = x + by.view(1, -1, 1, 1)
            return activation(x, *arguments, **options)
        return run

    def watched(x, kernel_size, stride=None, padding=0, *arguments, **options):
        leads.append(lead(x, kernel_size, stride or kernel_size, padding))
        return max_pool2d(x, kernel_size, stride, padding, *arguments, **options)

    with recent_biases(net) as biases:
        replaced = {name: moved(getattr(F, name), kinks, biases) for name, kinks in KINKS.items()}
        with mock.patch.multiple(F, **replaced, max_pool2d=watched):
            net(picture)
    return min(leads)


@contextmanager
def recent_biases(net):
    """The biases of the convolutions and batch normalisations that ran, in their order."""
    biases = []
    hooks = [m.register_forward_hook(lambda m, i, y: biases.append(m.bias)) for m in net.modules()
             if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)) and m.bias is not None]
    yield biases
    for hook in hooks:
        hook.remove()
