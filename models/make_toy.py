#!/usr/bin/env python3
"""Writes models/toy, the network behind the example of the Grad-CAM++ paper (section 3.2, equations 4 and 6).

    /usr/bin/python3 models/make_toy.py

It looks at the middle of each of the 8x10 cells of its picture and says which of three colours is there: three maps A_k of zeros and ones, the
layer "maps". Each class is a sum of relu(A - 1/2) over all cells, so its gradient is 1 where a cell is on (1000 for the second class) and 0
where it is off. Nothing is trained.
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROWS, COLUMNS, CELL = 8, 10, 8
LABELS = "pattern", "pattern x1000", "background"

# Each colour of ToyPattern.cs by a sum of red, green and blue that only it takes above a threshold (background 0.13 in all three):
# orange (.90 .62 .00): red; blue (.00 .45 .70): blue - green; green (.00 .62 .45): green - red - blue.
WEIGHTS = np.array([[1, 0, 0], [0, -1, 1], [-1, 1, -1]], np.float32)
THRESHOLDS = np.array([0.5, 0.12, 0.08], np.float32)
GAIN = 100   # 0 or 1, and nothing between, for anything that is 0.005 away from the threshold

BIAS = np.array([0, -10500, 5], np.float32)   # so that the second class never is the best one: 21 cells give 10.5 and 10500
CELLS = np.array([[1], [1000], [0]], np.float32) * ROWS * COLUMNS   # undoes the mean


def main():
    folder = Path(__file__).parent / "toy"
    folder.mkdir(exist_ok=True)
    file = folder / "model.onnx"
    onnx.save(network(), str(file))
    (folder / "labels.txt").write_text("".join(label + "\n" for label in LABELS))
    (folder / "model.json").write_text(json.dumps(card(file.read_bytes()), indent=2) + "\n")


def network():
    weights = np.zeros((3, 3, CELL, CELL), np.float32)
    weights[:, :, 2:6, 2:6] = GAIN * WEIGHTS[:, :, None, None] / 16
    constants = {"colours": weights, "thresholds": 0.5 - GAIN * THRESHOLDS, "zero": np.float32(0), "one": np.float32(1), "half": np.float32(0.5),
                 "cells": np.tile(CELLS, 3), "bias": BIAS}
    nodes = [
        helper.make_node("Conv", ["image", "colours", "thresholds"], ["coloured"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
        helper.make_node("Clip", ["coloured", "zero", "one"], ["maps"]),
        helper.make_node("Sub", ["maps", "half"], ["above"]),
        helper.make_node("Relu", ["above"], ["on"]),
        helper.make_node("GlobalAveragePool", ["on"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["features"]),
        helper.make_node("Gemm", ["features", "cells", "bias"], ["logits"], transB=1),
    ]
    graph = helper.make_graph(nodes, "toy",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, ROWS * CELL, COLUMNS * CELL])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
        [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="make_toy.py", ir_version=8)
    helper.set_model_props(model, {"labels": "\n".join(LABELS)})
    onnx.checker.check_model(model)
    return model


def card(file):
    return {
        "name": "toy", "title": "the toy of the Grad-CAM++ paper, for pattern:toy", "input": "image", "size": [COLUMNS * CELL, ROWS * CELL],
        "layout": "NCHW", "order": "RGB", "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1], "resize": "stretch", "layer": "maps",
        "labels": "labels.txt", "logits": "logits", "background": "background", "licence": "the project's own", "source": "models/make_toy.py",
        "sha256": hashlib.sha256(file).hexdigest(),
    }


if __name__ == "__main__":
    main()
