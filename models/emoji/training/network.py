"""The network and its export: eight 3x3 convolutions and one of two heads."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from draws import SIDE
from scenes import LOGITS

WIDTHS = (24, 40, 64, 96, 128, 128, 128, 128)
POOLED = (0, 1, 3)                # a 2x2 max pooling follows these: the last map is 16x16
HIDDEN = 128
MEAN, STD = .5, .25
CREDIT = ("Noto, Noto v1 (Apache-2.0); Twemoji, EmojiTwo, Streamline (CC-BY-4.0); Fluent (MIT); FxEmojis (Apache-2.0)")


class Net(nn.Module):
    """head 'gap': global average pooling and one linear layer. head 'fc': max pooling and two linear layers, whose gradients vary over the map."""

    def __init__(self, head):
        super().__init__()
        self.head = head
        channels = (3, *WIDTHS)
        self.conv = nn.ModuleList(nn.Conv2d(a, b, 3, 1, 1, bias=False) for a, b in zip(channels, WIDTHS))
        self.bn = nn.ModuleList(nn.BatchNorm2d(width) for width in WIDTHS)
        if head == "fc":
            self.fc1, self.fc2 = nn.Linear(WIDTHS[-1] * 64, HIDDEN), nn.Linear(HIDDEN, LOGITS)
            self.dropout1, self.dropout2 = nn.Dropout(.2), nn.Dropout(.25)
        else:
            self.fc2 = nn.Linear(WIDTHS[-1], LOGITS)

    def features(self, x):
        """[B,3,128,128] in 0..1 to the target layer's activations [B,128,16,16]."""
        x = (x - MEAN) / STD
        for i, (conv, bn) in enumerate(zip(self.conv, self.bn)):
            x = F.relu(bn(conv(x)))
            if i in POOLED:
                x = F.max_pool2d(x, 2)
        return x

    def classify(self, activations):
        """Activations to logits [B,65]."""
        if self.head == "gap":
            return self.fc2(activations.mean((2, 3)))
        hidden = F.relu(self.fc1(self.dropout1(F.max_pool2d(activations, 2).flatten(1))))
        return self.fc2(self.dropout2(hidden))

    def forward(self, x):
        return self.classify(self.features(x))


def folded(net):
    """(weight, bias) of each convolution with its batch normalisation folded in, computed in double precision."""
    for conv, bn in zip(net.conv, net.bn):
        scale = bn.weight.double() / (bn.running_var.double() + bn.eps).sqrt()
        weight = conv.weight.double() * scale.view(-1, 1, 1, 1)
        bias = bn.bias.double() - bn.running_mean.double() * scale
        yield weight.float().detach().cpu().numpy(), bias.float().detach().cpu().numpy()


def export(net, path, labels):
    """Writes a plain ONNX classifier, normalisation inside; value 'features' is the last convolution's map after its ReLU."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    nodes, weights = [], []

    def weight(name, array):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(op, inputs, output, name=None, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=name or output, **attributes))
        return output

    net = net.eval()
    centred = node("Sub", ["image", weight("norm_mean", np.full((1, 3, 1, 1), MEAN, np.float32))], "centred")
    x = node("Mul", [centred, weight("norm_inv_std", np.full((1, 3, 1, 1), 1 / STD, np.float32))], "normalised")
    for i, (w, b) in enumerate(folded(net), start=1):
        x = node("Conv", [x, weight(f"conv{i}_w", w), weight(f"conv{i}_b", b)], f"conv{i}",
                 kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
        x = node("Relu", [x], "features" if i == len(WIDTHS) else f"relu{i}", f"relu{i}")
        if i - 1 in POOLED:
            x = node("MaxPool", [x], f"pool{i}", kernel_shape=[2, 2], strides=[2, 2])
    x = _export_head(net, x, node, weight)
    graph = helper.make_graph(
        nodes, f"livecam_emoji_{net.head}",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", LOGITS])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="livecam-emoji")
    model.ir_version = 7
    helper.set_model_props(model, {
        "labels": "\n".join(labels), "features": "features", "head": net.head, "input": "RGB 0..1", "data": CREDIT})
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _export_head(net, x, node, weight):
    def linear(layer, name, x, output):
        w, b = (p.detach().float().cpu().numpy() for p in (layer.weight, layer.bias))
        return node("Gemm", [x, weight(f"{name}_w", w), weight(f"{name}_b", b)], output, transB=1)

    if net.head == "gap":
        x = node("Flatten", [node("GlobalAveragePool", [x], "gap")], "flat", axis=1)
    else:
        pooled = node("MaxPool", [x], "pooled", "pool_last", kernel_shape=[2, 2], strides=[2, 2])
        x = linear(net.fc1, "fc1", node("Flatten", [pooled], "flat", axis=1), "fc1")
        x = node("Relu", [x], "hidden")
    return linear(net.fc2, "fc2", x, "logits")


@torch.no_grad()
def deviation(net, path, x):
    """Largest |stored model - net| over the logits of x; the stored graph is walked in torch, since not every onnx has an evaluator."""
    import onnx
    from onnx import numpy_helper
    ops = {
        "Sub": torch.sub, "Mul": torch.mul, "Relu": F.relu, "Gemm": F.linear,
        "Conv": lambda x, w, b: F.conv2d(x, w, b, padding=1), "MaxPool": lambda x: F.max_pool2d(x, 2),
        "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True), "Flatten": lambda x: x.flatten(1),
    }
    graph = onnx.load(path).graph
    values = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    values["image"] = x.cpu()
    for step in graph.node:
        values[step.output[0]] = ops[step.op_type](*(values[name] for name in step.input))
    return float((values["logits"] - net.eval()(x).cpu()).abs().max())
