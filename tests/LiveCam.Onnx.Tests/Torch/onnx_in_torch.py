"""Runs an ONNX graph in PyTorch, operator by operator, so that torch.autograd can differentiate it, in float64 or float32.

Written from the operator specifications of opsets 7 to 17, for the operators that image classifiers use. It shares no code with LiveCam:
a shape, a pad or a gradient that both get right was got right twice.
"""
import numpy as np
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

from relu_rules import RuledRelu

ELEMENT_TYPES = {1: None, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: None, 11: None}   # None: the type all floats are computed in


class OnnxInTorch:
    """A model to be called with its image; every value of the graph comes back by name, on autograd's tape."""

    def __init__(self, model, dtype=torch.float64, relu="gradient"):
        self.graph, self.dtype, self.relu = model.graph, dtype, relu
        self.opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        self.constants = {t.name: self.tensor(t) for t in self.graph.initializer}
        self.image = next(i.name for i in self.graph.input if i.name not in self.constants)

    def __call__(self, image, before=lambda node, values: None):
        """`before` sees each node about to run, and may change the values it will read."""
        values = {"": None, **self.constants, self.image: image.to(self.dtype)}
        for proto in self.graph.node:
            before(proto, values)
            node = Node(proto, self)
            results = node.rule(node, *(values[name] for name in proto.input))
            values.update(zip(proto.output, results if isinstance(results, (tuple, list)) else [results]))
        return values

    def tensor(self, proto):
        array = torch.from_numpy(np.array(numpy_helper.to_array(proto)))
        return array.to(self.dtype) if array.is_floating_point() else array


class Node:
    """One operator with its attributes: node.axis, node.get("axis", 1)."""

    def __init__(self, proto, run):
        if proto.op_type not in RULES:
            raise NotImplementedError(f"{proto.op_type}, the operator of '{proto.name or proto.output[0]}', is not among those known here")
        self.rule, self.run, self.opset, self.outputs = RULES[proto.op_type], run, run.opset, len(proto.output)
        self.attributes = {a.name: helper.get_attribute_value(a) for a in proto.attribute}

    def get(self, name, otherwise=None):
        value = self.attributes.get(name, otherwise)
        return value.decode() if isinstance(value, bytes) else value

    def ints(self, name, given, otherwise=None):
        """Integers that are an attribute in older opsets, an input in newer ones."""
        return given.tolist() if given is not None else self.get(name, otherwise)


# Arithmetic

def divide(node, a, b):
    return a / b if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc")


def modulo(node, a, b):
    return torch.fmod(a, b) if node.get("fmod", 0) else torch.remainder(a, b)


def clip(node, x, low=None, high=None):
    low = node.get("min") if low is None else low.item()
    high = node.get("max") if high is None else high.item()
    return RuledRelu.apply(x, node.run.relu, high) if low == 0 and node.run.relu != "gradient" else x.clamp(low, high)


def hard_sigmoid(node, x):
    return (node.get("alpha", 0.2) * x + node.get("beta", 0.5)).clamp(0, 1)


def softmax(node, x, function=F.softmax):
    """Over one axis since opset 13, before that over all axes from one on."""
    if node.opset >= 13:
        return function(x, node.get("axis", -1))
    axis = node.get("axis", 1) % x.dim()
    return function(x.flatten(axis), axis).reshape(x.shape)


# Layers

def conv(node, x, weight, bias=None):
    strides, dilations = node.get("strides", [1, 1]), node.get("dilations", [1, 1])
    x = F.pad(x, margins(node, x, weight.shape[2:], strides, dilations))
    return F.conv2d(x, weight, bias, strides, 0, dilations, node.get("group", 1))


def gemm(node, a, b, c=None):
    a, b = a.t() if node.get("transA", 0) else a, b.t() if node.get("transB", 0) else b
    product = node.get("alpha", 1.0) * (a @ b)
    return product if c is None else product + node.get("beta", 1.0) * c


def batch_normalization(node, x, scale, bias, mean, variance):
    scale, bias, mean, variance = (v.view(1, -1, *[1] * (x.dim() - 2)) for v in (scale, bias, mean, variance))
    return (x - mean) / torch.sqrt(variance + node.get("epsilon", 1e-5)) * scale + bias


def layer_normalization(node, x, scale, bias=None):
    return F.layer_norm(x, x.shape[node.get("axis", -1) % x.dim():], scale, bias, node.get("epsilon", 1e-5))


def local_response_normalization(node, x):
    """Each channel over the size of its neighbours: (bias + alpha / n * sum of squares)^beta."""
    n, channels = node.get("size"), x.shape[1]
    squares = F.pad(x * x, (0, 0, 0, 0, (n - 1) // 2, n // 2))
    total = sum(squares[:, i:i + channels] for i in range(n))
    return x / (node.get("bias", 1.0) + node.get("alpha", 1e-4) / n * total) ** node.get("beta", 0.75)


# Windows

def margins(node, x, kernel, strides, dilations, rounded_up=False):
    """(left, right, top, bottom), as F.pad takes them; `rounded_up` with what ceil_mode adds behind the end."""
    sides = []
    pads, automatic = node.get("pads", [0, 0, 0, 0]), node.get("auto_pad", "NOTSET")
    for axis in (0, 1):
        length, stride, reach = x.shape[2 + axis], strides[axis], (kernel[axis] - 1) * dilations[axis] + 1
        begin, end = pads[axis], pads[axis + 2]
        if automatic.startswith("SAME"):
            total = max((-(-length // stride) - 1) * stride + reach - length, 0)
            begin = total // 2 if automatic == "SAME_UPPER" else total - total // 2
            end = total - begin
        if rounded_up and node.get("ceil_mode", 0):
            count = -(-(length + begin + end - reach) // stride) + 1
            if (count - 1) * stride >= length + begin:   # a window that would begin behind the picture is none
                count -= 1
            end = max(end, (count - 1) * stride + reach - length - begin)
        sides.append((begin, end))
    return (*sides[1], *sides[0])


def max_pool(node, x):
    kernel, strides, dilations = node.get("kernel_shape"), node.get("strides", [1, 1]), node.get("dilations", [1, 1])
    x = F.pad(x, margins(node, x, kernel, strides, dilations, rounded_up=True), value=float("-inf"))
    return F.max_pool2d(x, kernel, strides, 0, dilations)


def average_pool(node, x):
    """The mean of each window over those of its positions that count; what ceil_mode adds never does."""
    kernel, strides = node.get("kernel_shape"), node.get("strides", [1, 1])
    pads = margins(node, x, kernel, strides, [1, 1])
    left, right, top, bottom = margins(node, x, kernel, strides, [1, 1], rounded_up=True)
    counts = F.pad(torch.ones_like(x[:1, :1]), pads, value=float(node.get("count_include_pad", 0)))
    counts = F.pad(counts, (0, right - pads[1], 0, bottom - pads[3]))
    return F.avg_pool2d(F.pad(x, (left, right, top, bottom)), kernel, strides) / F.avg_pool2d(counts, kernel, strides)


def reduction(function):
    def reduce(node, x, axes=None):
        axes = node.ints("axes", axes, list(range(x.dim())))
        return function(x, dim=axes, keepdim=bool(node.get("keepdims", 1)))
    return reduce


# Layout

def reshape(node, x, shape):
    return x.reshape([x.shape[i] if size == 0 and not node.get("allowzero", 0) else size for i, size in enumerate(shape.tolist())])


def flatten(node, x):
    axis = node.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def squeeze(node, x, axes=None):
    axes = node.ints("axes", axes, [i for i, size in enumerate(x.shape) if size == 1])
    return x.reshape([size for i, size in enumerate(x.shape) if i not in {a % x.dim() for a in axes}])


def unsqueeze(node, x, axes=None):
    axes = node.ints("axes", axes)
    rank, sizes = x.dim() + len(axes), iter(x.shape)
    return x.reshape([1 if i in {a % rank for a in axes} else next(sizes) for i in range(rank)])


def split(node, x, sizes=None):
    axis = node.get("axis", 0)
    return x.split(node.ints("split", sizes, x.shape[axis] // node.outputs), axis)


def slice_(node, x, starts=None, ends=None, axes=None, steps=None):
    starts, ends = node.ints("starts", starts), node.ints("ends", ends)
    axes, steps = node.ints("axes", axes, range(len(starts))), node.ints("steps", steps, [1] * len(starts))
    for start, end, axis, step in zip(starts, ends, axes, steps):
        x = x.index_select(axis, torch.tensor(range(x.shape[axis])[start:end:step], dtype=torch.int64))
    return x


def gather(node, x, indices):
    axis = node.get("axis", 0) % x.dim()
    taken = x.index_select(axis, indices.flatten() % x.shape[axis])
    return taken.reshape([*x.shape[:axis], *indices.shape, *x.shape[axis + 1:]])


def scatter(node, x, indices, updates):
    return x.index_put(tuple(indices.unbind(-1)), updates)


def pad(node, x, pads=None, value=None):
    pads, value = node.ints("pads", pads), node.get("value", 0.0) if value is None else value.item()
    sides = [side for i in reversed(range(x.dim())) for side in (pads[i], pads[i + x.dim()])]
    mode = node.get("mode", "constant")
    if mode == "constant":
        return F.pad(x, sides, value=value)
    return F.pad(x, sides[:4], {"edge": "replicate", "reflect": "reflect"}[mode])


def cast(node, x):
    return x.to(ELEMENT_TYPES[node.get("to")] or node.run.dtype)


def constant(node):
    name, value = next(iter(node.attributes.items()))
    if name == "value":
        return node.run.tensor(value)
    return torch.tensor(value, dtype=torch.int64 if name.startswith("value_int") else node.run.dtype)


def constant_of_shape(node, shape):
    value = node.get("value")
    value = torch.zeros(1, dtype=node.run.dtype) if value is None else node.run.tensor(value)
    return value.reshape([1] * len(shape)).expand(shape.tolist()).clone()


def plain(function):
    """A rule that needs nothing but its inputs."""
    return lambda node, *inputs: function(*inputs)


RULES = {
    "Add": plain(torch.add), "Sub": plain(torch.sub), "Mul": plain(torch.mul), "Div": divide, "Mod": modulo, "Pow": plain(torch.pow),
    "Sum": plain(lambda *terms: sum(terms[1:], terms[0])), "Neg": plain(torch.neg), "Sqrt": plain(torch.sqrt), "Exp": plain(torch.exp),
    "Log": plain(torch.log), "Abs": plain(torch.abs), "Reciprocal": plain(torch.reciprocal), "Erf": plain(torch.erf),
    "Relu": lambda node, x: RuledRelu.apply(x, node.run.relu),
    "LeakyRelu": lambda node, x: F.leaky_relu(x, node.get("alpha", 0.01)),
    "Clip": clip, "Sigmoid": plain(torch.sigmoid), "Tanh": plain(torch.tanh), "HardSigmoid": hard_sigmoid,
    "HardSwish": plain(lambda x: x * (x / 6 + 0.5).clamp(0, 1)),
    "Softmax": softmax, "LogSoftmax": lambda node, x: softmax(node, x, F.log_softmax),
    "Conv": conv, "Gemm": gemm, "MatMul": plain(torch.matmul), "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization, "LRN": local_response_normalization,
    "MaxPool": max_pool, "AveragePool": average_pool,
    "GlobalAveragePool": plain(lambda x: x.mean((2, 3), keepdim=True)), "GlobalMaxPool": plain(lambda x: x.amax((2, 3), keepdim=True)),
    "ReduceMean": reduction(torch.mean), "ReduceSum": reduction(torch.sum),
    "Identity": plain(lambda x: x), "Dropout": lambda node, x, *settings: x, "Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze,
    "Unsqueeze": unsqueeze, "Transpose": lambda node, x: x.permute(node.get("perm", list(reversed(range(x.dim()))))),
    "Concat": lambda node, *parts: torch.cat(parts, node.get("axis")), "Split": split, "Slice": slice_, "Gather": gather,
    "ScatterND": scatter, "Pad": pad, "Expand": plain(lambda x, shape: x.expand(torch.broadcast_shapes(x.shape, shape.tolist()))),
    "Equal": plain(torch.eq), "Less": plain(torch.lt), "Greater": plain(torch.gt), "Not": plain(torch.logical_not), "And": plain(torch.logical_and),
    "Where": plain(torch.where), "Range": plain(lambda start, end, step: torch.arange(start.item(), end.item(), step.item())),
    "Shape": plain(lambda x: torch.tensor(x.shape)), "Cast": cast, "Constant": constant, "ConstantOfShape": constant_of_shape,
}
