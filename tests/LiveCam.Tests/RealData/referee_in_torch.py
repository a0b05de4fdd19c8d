"""Maps of the perturbation referees, computed in PyTorch and NumPy from the published formulas for masks that are given.

    referee_in_torch.py TORCH_FOLDER MODEL.onnx PICTURE.f32 CLASS FOLDER

A picture holds the raw float32 numbers of the network's input, [1,3,H,H]. FOLDER holds occlusion.f32, rise.f32 and lime.f32, [N,H,H], what each mask keeps,
and parts.i32, [H,H], the superpixels. Writes occlusion.f64, rise.f64 and lime.f64, [H,H], there. What is removed is 0.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import torch

sys.path.insert(0, sys.argv[1])
from onnx_in_torch import OnnxInTorch                       # noqa: E402
from onnx_reference import logits_of, read_picture, size_of   # noqa: E402


def occlusion(masks, scores, whole):
    """The mean fall of the score over the squares that cover a pixel."""
    covered = 1 - masks
    return np.tensordot(whole - scores, covered, 1) / covered.sum(0)


def rise(masks, scores, _):
    """Equation 6 with p = 1/2, for scores less their mean."""
    return np.tensordot(scores - scores.mean(), masks, 1) / (len(masks) * 0.5)


def lime(masks, scores, parts):
    """Weighted least squares with a penalty of 1 on all but the intercept, as rows of one larger unweighted problem."""
    count = parts.max() + 1
    kept = np.stack([masks[:, parts == part].mean(1) for part in range(count)], 1)
    distance = 1 - kept.sum(1) / np.sqrt(kept.sum(1) * count)
    weight = np.sqrt(np.exp(-distance ** 2 / 0.25 ** 2))
    rows = np.sqrt(weight)[:, None] * np.hstack([kept, np.ones((len(kept), 1))])
    penalty = np.hstack([np.eye(count), np.zeros((count, 1))])
    answers = np.concatenate([np.sqrt(weight) * scores, np.zeros(count)])
    return np.linalg.lstsq(np.vstack([rows, penalty]), answers, rcond=None)[0][parts]


def main():
    _, _, path, picture, c, folder = sys.argv
    model = onnx.load(path)
    network, size, logits, folder = OnnxInTorch(model, torch.float64), size_of(model.graph), logits_of(model.graph), Path(folder)
    picture = read_picture(picture, size).double()

    def scores_of(masks):
        with torch.no_grad():
            batches = torch.from_numpy(masks[:, None]).split(8)
            return torch.cat([torch.softmax(network(picture * batch)[logits].reshape(len(batch), -1), 1)[:, int(c)] for batch in batches]).numpy()

    height, width = picture.shape[2:]
    parts = np.fromfile(folder / "parts.i32", np.int32).reshape(height, width)
    for method, other in ((occlusion, scores_of(np.ones((1, height, width)))[0]), (rise, None), (lime, parts)):
        masks = np.fromfile(folder / f"{method.__name__}.f32", np.float32).reshape(-1, height, width).astype(np.float64)
        method(masks, scores_of(masks), other).tofile(folder / f"{method.__name__}.f64")


if __name__ == "__main__":
    main()
