#!/usr/bin/env python3
"""The gradients of a network that exists only as an .onnx file, by running it in PyTorch.

    onnx_reference.py FOLDER NAME MODEL.onnx --layer LAYER --input PICTURE.f32
    onnx_reference.py FOLDER NAME MODEL.onnx --layer LAYER --fill [--seed N]

FOLDER gets NAME.npz, NAME_OPSET.onnx and NAME_OPSET.json, as reference.py writes them. PICTURE.f32 holds the raw float32 numbers of the
network's input. --fill is for published skeletons, whose weights are constant: they are replaced by random ones, and a picture is drawn.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch

import answers
from onnx_in_torch import OnnxInTorch
from skeleton import fill

PROBABILITIES = "Softmax", "LogSoftmax", "Sigmoid"


def main():
    arguments = parse()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    model = onnx.load(str(arguments.model))
    if arguments.fill:
        picture = answers.smooth_picture(size_of(model.graph), arguments.seed)
        lead = fill(model, picture)
        print(f"{arguments.name}, least lead {lead:.1e}")
    else:
        picture = read_picture(arguments.input, size_of(model.graph))
    layer, logits = value_named(model.graph, arguments.layer), logits_of(model.graph)

    def forward(dtype, relu="gradient"):
        network = OnnxInTorch(model, dtype, relu)

        def run(picture):
            values = network(picture)
            return values[logits], [values[layer]]
        return run

    ruled = {rule: forward(torch.float64, rule) for rule in ("guided", "deconvnet")}
    answers.write(arguments.folder / arguments.name, picture, forward(torch.float64), forward(torch.float32), ruled)
    file = arguments.folder / f"{arguments.name}_{OnnxInTorch(model).opset}.onnx"
    onnx.save(model, str(file))
    file.with_suffix(".json").write_text(json.dumps({"layers": [layer]}, indent=1))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("model", type=Path)
    parser.add_argument("--layer", required=True, help="a value, or the node that computes it")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", type=Path)
    source.add_argument("--fill", action="store_true")
    parser.add_argument("--seed", type=int, default=5, help="of the picture drawn")
    return parser.parse_args()


def size_of(graph):
    constants = {t.name for t in graph.initializer}
    image = next(i for i in graph.input if i.name not in constants)
    return image.type.tensor_type.shape.dim[-1].dim_value


def read_picture(path, size):
    return torch.from_numpy(np.fromfile(path, "<f4").reshape(1, 3, size, size))


def value_named(graph, name):
    return next(node.output[0] for node in graph.node if name in (node.name, *node.output))


def logits_of(graph):
    """The first output, or what a final softmax makes it of."""
    last = next(node for node in graph.node if graph.output[0].name in node.output)
    return last.input[0] if last.op_type in PROBABILITIES else last.output[0]


if __name__ == "__main__":
    main()
