"""torchvision's classifiers with seeded random weights under which gradients are far from 0, and the layers that are looked at."""
from typing import NamedTuple

import torch
import torchvision
from torch import nn

import kinks
from answers import smooth_picture
from relu_rules import RuledRelu


class Family(NamedTuple):
    """`layers` names modules whose outputs are compared; the first is the last feature map before the head. `seed` is that of the
    picture, chosen so that no maximum is in doubt (kinks.py)."""
    layers: tuple
    size: int = 224
    is_size_fixed: bool = False
    is_every_relu_a_module: bool = False
    options: dict = {}
    seed: int = 5


FAMILIES = {
    "alexnet": Family(("features.11",), seed=6),
    "vgg11": Family(("features.19",), is_every_relu_a_module=True),
    "vgg11_bn": Family(("features.27",), seed=12),
    "resnet18": Family(("layer4",), is_every_relu_a_module=True, seed=7),
    "resnet50": Family(("layer4",), seed=7),
    "squeezenet1_1": Family(("features",), seed=14),
    "densenet121": Family(("features",), seed=7),   # the relu behind it works in place, so this is its output
    "googlenet": Family(("inception5b",), options={"aux_logits": False, "init_weights": False}),
    "inception_v3": Family(("Mixed_7c",), 299, options={"aux_logits": False, "init_weights": False}, seed=9),
    "shufflenet_v2_x0_5": Family(("conv5",), seed=6),
    "mobilenet_v2": Family(("features",)),
    "mobilenet_v3_small": Family(("features",)),
    "mnasnet0_5": Family(("layers",)),
    "efficientnet_b0": Family(("features",)),
    "regnet_y_400mf": Family(("trunk_output",)),
    "convnext_tiny": Family(("features",)),
    "vit_b_16": Family(("conv_proj", "encoder.layers.encoder_layer_11.ln_1"), is_size_fixed=True),
    "swin_t": Family(("permute", "norm"), is_size_fixed=True),
}


def build(name, picture):
    """(the network in evaluation mode, the least lead of its maxima); in doubt about no relu on this picture."""
    net = torchvision.models.get_model(name, weights=None, **FAMILIES[name].options).eval()
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        randomise(net, generator)
        calibrate(net, smooth_picture(picture.shape[-1], seed=11, count=4))
        return net, kinks.avoid(net, picture)


def randomise(net, generator):
    """He's rule for weights, so that signals keep their size; small biases; scales of normalisation around 1; a tenth for what is left, as tokens
    and position embeddings. Layer scales, which start at 1e-6 and would hide their blocks, become a third."""
    def normal(parameter, deviation):
        parameter.normal_(0, deviation, generator=generator)

    for module in net.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if name == "layer_scale":
                parameter.fill_(1 / 3)
            elif isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)) and name == "weight":
                parameter.uniform_(0.5, 1.5, generator=generator)
            elif isinstance(module, (nn.Conv2d, nn.Linear)) and name == "weight":
                normal(parameter, (2 / parameter[0].numel()) ** 0.5)
            elif name == "in_proj_weight":
                normal(parameter, (1 / parameter[0].numel()) ** 0.5)
            else:
                normal(parameter, 0.1)


def calibrate(net, pictures):
    """Makes every batch normalisation's statistics those of the pictures, so that what leaves it is centred and a relu behind it is half on."""
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.train()
        norm.momentum = 1.0
    if norms:
        net(pictures)
    net.eval()


def forward(net, layers):
    """picture -> (logits, the outputs of the modules of these names)."""
    def run(picture):
        found = {}
        hooks = [net.get_submodule(name).register_forward_hook(lambda m, i, y, name=name: found.update({name: y})) for name in layers]
        logits = net(picture)
        for hook in hooks:
            hook.remove()
        return logits, [found[name] for name in layers]
    return run


def forward_with_relus(net, layers, rule):
    """The same where every relu module follows a row of relu_rules, none in place; the net is changed when this runs."""
    def run(picture):
        for parent in list(net.modules()):
            for name, child in parent.named_children():
                if isinstance(child, (nn.ReLU, Ruled)):
                    setattr(parent, name, Ruled(rule))
        return forward(net, layers)(picture)
    return run


class Ruled(nn.Module):
    def __init__(self, rule):
        super().__init__()
        self.rule = rule

    def forward(self, x):
        return RuledRelu.apply(x, self.rule)
