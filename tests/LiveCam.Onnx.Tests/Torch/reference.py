#!/usr/bin/env python3
"""The gradients of torchvision's classifiers by torch.autograd, beside the same networks as .onnx files.

    reference.py FOLDER --families resnet18,vgg11 --opsets 11,13,16 [--size N]

For each family FOLDER gets FAMILY.npz (answers.py says what is in it) and for each opset FAMILY_OPSET.onnx and FAMILY_OPSET.json:
the names in that file of the layers compared, found by running the file in PyTorch and comparing numbers; or why the export failed.
"""
import argparse
import copy
import json
import time
import warnings
from pathlib import Path

import onnx
import torch

import answers
import families
from onnx_in_torch import OnnxInTorch


def main():
    arguments = parse()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.families.split(","):
        started = time.perf_counter()
        family = families.FAMILIES[name]
        size = arguments.size if arguments.size and not family.is_size_fixed else family.size
        picture = answers.smooth_picture(size, arguments.seed or family.seed)
        net, lead = families.build(name, picture)
        layers, logits = write_answers(arguments.folder / name, net, family, picture)
        answered = time.perf_counter()
        for opset in map(int, arguments.opsets.split(",")):
            write_export(arguments.folder / f"{name}_{opset}", net, picture, opset, layers, logits)
        exported = time.perf_counter()
        print(f"{name} at {size}, least lead {lead:.1e}: answers {answered - started:.1f} s, exports {exported - answered:.1f} s", flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--families", default=",".join(families.FAMILIES))
    parser.add_argument("--opsets", default="16")
    parser.add_argument("--size", type=int, help="side of the picture, for the families that take any")
    parser.add_argument("--seed", type=int, help="of the picture, in place of the family's own")
    return parser.parse_args()


def write_answers(path, net, family, picture):
    exact = copy.deepcopy(net).double()
    rules = ("guided", "deconvnet") if family.is_every_relu_a_module else ()
    ruled = {rule: families.forward_with_relus(exact, family.layers, rule) for rule in rules}
    return answers.write(path, picture, families.forward(exact, family.layers), families.forward(net, family.layers), ruled)


def write_export(path, net, picture, opset, layers, logits):
    file = path.with_suffix(".onnx")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(net, picture, str(file), opset_version=opset, input_names=["image"], output_names=["logits"])
    except Exception as error:   # whatever the exporter raises is what its user sees
        about = {"failure": str(error).strip().splitlines()[0]}
    else:
        about = found_in(onnx.load(str(file)), picture, layers, logits)
    path.with_suffix(".json").write_text(json.dumps(about, indent=1))


def found_in(model, picture, layers, logits):
    """The file's names for the layers: the last value of the same shape and numbers, as activations follow what they are computed from."""
    with torch.no_grad():
        values = OnnxInTorch(model)(picture)
    difference = answers.distance(values["logits"].flatten(), logits)
    if difference > 1e-4:
        raise ValueError(f"the exported file's logits differ from the network's by {difference:.1e} of the largest")
    names = [next((name for name, v in reversed(values.items()) if is_same(v, layer)), None) for layer in layers]
    return {"layers": names, "logits": difference}


def is_same(value, layer):
    return value is not None and value.shape == layer.shape and answers.distance(value, layer) < 1e-4


if __name__ == "__main__":
    main()
