"""Weights for published skeletons: .onnx files whose every weight is a ConstantOfShape of one number, under which all channels are the same."""
import math

import torch
from onnx import numpy_helper

import kinks
from onnx_in_torch import OnnxInTorch


def he(shape, generator):
    """Outputs are the first axis, what each sums the others."""
    return torch.randn(shape, generator=generator) * math.sqrt(2 / math.prod(shape[1:]))


def small(shape, generator):
    return torch.randn(shape, generator=generator) * 0.1


def around_one(shape, generator):
    return torch.rand(shape, generator=generator) + 0.5


# (operator, which of its inputs) -> what is drawn for it. A batch normalisation's mean and variance are measured afterwards.
DRAWN = {
    ("Conv", 1): he, ("Conv", 2): small, ("Gemm", 1): he, ("Gemm", 2): small,
    ("BatchNormalization", 1): around_one, ("BatchNormalization", 2): small, ("BatchNormalization", 3): small, ("BatchNormalization", 4): around_one,
    ("Mul", 1): around_one, ("Add", 1): small,
}


def fill(model, picture, seed=7):
    """Turns every ConstantOfShape into an initializer of seeded random numbers; normalisations are calibrated to the picture, and no relu is in
    doubt on it. Gives the least lead of the model's maxima."""
    graph, generator = model.graph, torch.Generator().manual_seed(seed)
    shapes = {t.name: numpy_helper.to_array(t).tolist() for t in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "ConstantOfShape"]:
        weight, shape = node.output[0], shapes[node.input[0]]
        user, index = use_of(graph, weight)
        keep(graph, weight, DRAWN[user.op_type, index](shape, generator))
        graph.node.remove(node)
    model.ir_version = 7   # from 4 on initializers need not be graph inputs as well
    drop_unused(graph)
    return calibrate(model, picture)


def use_of(graph, name):
    """The first operator that computes with a value, and at which input; behind what only gives the value another shape."""
    user = next(n for n in graph.node if name in n.input)
    return use_of(graph, user.output[0]) if user.op_type in ("Unsqueeze", "Reshape") else (user, list(user.input).index(name))


def keep(graph, name, values):
    graph.initializer.append(numpy_helper.from_array(values.numpy(), name))


def calibrate(model, picture):
    """In the order of the graph, sets each batch normalisation's mean and variance to those of what reaches it, and moves the bias before each
    relu as kinks.py says. Gives the least lead of a maximum."""
    graph, changed, leads = model.graph, {}, [float("inf")]

    def normalise(node, x, values):
        variance, mean = torch.var_mean(x, (0, 2, 3))
        for name, statistic in zip(node.input[3:5], (mean, variance)):
            values[name] = changed[name] = statistic

    def move(node, x, values):
        bias = bias_of(graph, node.input[0]) if x.dim() == 4 else None
        if bias is not None:
            by = kinks.shift(x)
            values[bias] = changed[bias] = values[bias] + by
            values[node.input[0]] = x + by.view(1, -1, 1, 1)

    def watch(node, x, values):
        attributes = {a.name: a.ints for a in node.attribute}
        leads.append(kinks.lead(x, attributes["kernel_shape"][0], attributes["strides"][0], max(attributes.get("pads", [0]))))

    steps = {"BatchNormalization": normalise, "Relu": move, "MaxPool": watch}

    def before(node, values):
        if node.op_type in steps:
            steps[node.op_type](node, values[node.input[0]], values)

    with torch.no_grad():
        OnnxInTorch(model, torch.float32)(picture, before)
    kept = [t for t in graph.initializer if t.name not in changed]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for name, values in changed.items():
        keep(graph, name, values)
    return min(leads)


def bias_of(graph, name):
    """The initializer that is added to each channel of a value last; None when there is none."""
    node = next((n for n in graph.node if name in n.output), None)
    if node is None:
        return name if name in {t.name for t in graph.initializer} else None
    if node.op_type in ("Conv", "BatchNormalization"):
        return node.input[2] if len(node.input) > 2 else None
    if node.op_type in ("Add", "Sum", "Unsqueeze"):
        return next(filter(None, (bias_of(graph, i) for i in reversed(node.input))), None)
    return None


def drop_unused(graph):
    """The shapes that the weights were made of, which are declared as inputs too."""
    used = {name for node in graph.node for name in node.input}
    for entries in (graph.initializer, graph.input):
        kept = [e for e in entries if e.name in used]
        del entries[:]
        entries.extend(kept)
