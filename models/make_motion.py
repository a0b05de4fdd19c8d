#!/usr/bin/env python3
"""Makes models/motion, a small video network: which way does the thing before the camera move?

    /usr/bin/python3 models/make_motion.py

It sees 8 frames, every second one of its source, and says left, right, up, down or still. Its two 3D convolutions are made, not learnt: waves that move
in four ways in four phases, rectified and added up, less those of the opposite way (motion energy, after Adelson and Bergen, 1985). Behind global average
pooling over time and space one linear layer is fitted to scenes drawn at random: a blotched thing before a calm room that stands.
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional as F

WIDTH, HEIGHT, FRAMES, SPACING = 64, 48, 8, 2
LABELS = "left", "right", "up", "down", "still"
STEPS = torch.tensor([[-1., 0], [1, 0], [0, -1], [0, 1], [0, 0]])
WAVE_SPEEDS, FREQUENCY = (0.7, 1.5), 1.1
SPEEDS = len(WAVE_SPEEDS)
WAVES = 4 * SPEEDS
SLOWEST, FASTEST = 0.4, 2.4   # pixels of the network's picture from one of its frames to the next


def main():
    torch.manual_seed(1)
    network = body()
    fit(network, 1500)
    videos, classes = scenes(500)
    with torch.no_grad():
        right = (network(videos).argmax(1) == classes).float().mean().item()
    print(f"{100 * right:.1f} % of 500 scenes drawn anew are right")
    folder = Path(__file__).parent / "motion"
    folder.mkdir(exist_ok=True)
    file = folder / "model.onnx"
    onnx.save(exported(network), str(file))
    (folder / "labels.txt").write_text("".join(label + "\n" for label in LABELS))
    (folder / "model.json").write_text(json.dumps(card(file.read_bytes()), indent=2) + "\n")


def body():
    """Waves that move, their energy, energy less that of the opposite way, the mean of it over time and space, and what it counts for each class."""
    network = nn.Sequential(nn.Conv3d(3, 4 * WAVES, (3, 7, 7), (1, 2, 2), (0, 3, 3)), nn.ReLU(), nn.Conv3d(4 * WAVES, 4 * SPEEDS, 1), nn.ReLU(),
                            nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4 * SPEEDS, len(LABELS)))
    network[0].weight.data, network[0].bias.data = moving_waves(), torch.zeros(4 * WAVES)
    network[2].weight.data, network[2].bias.data = opponents(), torch.zeros(4 * SPEEDS)
    return network


def moving_waves():
    """[4 ways x speeds x 4 phases, 3, 3, 7, 7]; each sums to 0 over time, so that what stands gives 0."""
    t, y, x = torch.meshgrid(torch.arange(3) - 1., torch.arange(7) - 3., torch.arange(7) - 3., indexing="ij")
    window = torch.exp(-(x ** 2 + y ** 2) / 5)
    waves = [window * torch.cos(FREQUENCY * (dx * x + dy * y - speed * t) + quarter * torch.pi / 2)
             for dx, dy in STEPS[:4].tolist() for speed in WAVE_SPEEDS for quarter in range(4)]
    return torch.stack([(wave - wave.mean(0)) / 3 for wave in waves])[:, None].repeat(1, 3, 1, 1, 1)


def opponents():
    """The sum of the four phases of one way less that of the opposite way, [4 ways x speeds, waves, 1, 1, 1]."""
    weights = torch.zeros(4 * SPEEDS, 4 * WAVES)
    for way in range(4):
        for speed in range(SPEEDS):
            row = way * SPEEDS + speed
            opposite = (way ^ 1) * SPEEDS + speed
            weights[row, 4 * row:4 * row + 4] = 1
            weights[row, 4 * opposite:4 * opposite + 4] = -1
    return weights[:, :, None, None, None]


def fit(network, count):
    """The linear layer alone is learnt."""
    with torch.no_grad():
        drawn = [scenes(50) for _ in range(count // 50)]
        features = torch.cat([network[:-1](videos) for videos, _ in drawn])
    classes = torch.cat([answers for _, answers in drawn])
    size = features.mean()
    linear = network[-1]
    optimiser = torch.optim.LBFGS(linear.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        value = F.cross_entropy(linear(features / size), classes) + 1e-5 * linear.weight.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    linear.weight.data /= size


def scenes(count):
    """[count,3,T,H,W] in 0..1, and the classes."""
    classes = torch.randint(len(LABELS), (count,))
    speed = SLOWEST + (FASTEST - SLOWEST) * torch.rand(count, 1)
    middle = torch.stack([torch.rand(count) * WIDTH, torch.rand(count) * HEIGHT], 1)
    times = torch.arange(FRAMES) - (FRAMES - 1) / 2
    centres = middle[:, None] + times[None, :, None] * (speed * STEPS[classes])[:, None]
    half = HEIGHT * (0.12 + 0.22 * torch.rand(count, 1, 1, 1))
    y, x = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    places = torch.stack([(x[None, None] - centres[..., 0, None, None]) / half, (y[None, None] - centres[..., 1, None, None]) / half], -1)
    texture = sprites(count)
    drawn = F.grid_sample(texture[:, None].expand(-1, FRAMES, -1, -1, -1).flatten(0, 1), places.flatten(0, 1), align_corners=False)
    drawn = drawn.view(count, FRAMES, 4, HEIGHT, WIDTH)
    cover = drawn[:, :, 3:]
    videos = cover * drawn[:, :, :3] + (1 - cover) * rooms(count)[:, None]
    return videos.clamp(0, 1).transpose(1, 2).contiguous(), classes


def sprites(count, size=32):
    """Things: blotches of strong colours inside an outline, [count,4,size,size], the last channel their opacity."""
    colours = blotches(count, 3, torch.randint(2, 7, (1,)).item(), size, "nearest" if torch.rand(1) < 0.5 else "bicubic")
    base = torch.rand(count, 3, 1, 1)
    colours = (base + 0.9 * (colours - 0.5)).clamp(0, 1)
    line = (torch.arange(size) + 0.5) / size * 2 - 1
    radius = (line[None, :] ** 2 + line[:, None] ** 2).sqrt()
    outline = 0.8 + 0.5 * (blotches(count, 1, 3, size, "bicubic") - 0.5)
    return torch.cat([colours, ((outline - radius) * 14).sigmoid() * (radius < 1)], 1)


def rooms(count):
    """Calm rooms: slow gradients and out-of-focus boxes, [count,3,H,W]."""
    soft = blotches(count, 3, 3, (HEIGHT, WIDTH), "bicubic")
    boxes = blotches(count, 3, torch.randint(3, 9, (1,)).item(), (HEIGHT, WIDTH), "nearest")
    boxes = F.avg_pool2d(F.pad(boxes, (2, 2, 2, 2), mode="replicate"), 5, 1)
    share = torch.rand(count, 1, 1, 1)
    contrast = torch.rand(count, 1, 1, 1)
    return (torch.rand(count, 3, 1, 1) + contrast * (share * soft + (1 - share) * boxes - 0.5)).clamp(0, 1)


def blotches(count, channels, cells, size, mode):
    small = torch.rand(count, channels, cells, cells)
    return F.interpolate(small, size=size, mode=mode, **({} if mode == "nearest" else {"align_corners": False}))


def exported(network):
    constants = {"waves": network[0].weight, "waves.bias": network[0].bias, "opponents": network[2].weight, "opponents.bias": network[2].bias,
                 "head": network[-1].weight, "head.bias": network[-1].bias}
    nodes = [
        helper.make_node("Conv", ["video", "waves", "waves.bias"], ["moving"], kernel_shape=[3, 7, 7], strides=[1, 2, 2], pads=[0, 3, 3, 0, 3, 3]),
        helper.make_node("Relu", ["moving"], ["energy"]),
        helper.make_node("Conv", ["energy", "opponents", "opponents.bias"], ["difference"], kernel_shape=[1, 1, 1]),
        helper.make_node("Relu", ["difference"], ["features"]),
        helper.make_node("GlobalAveragePool", ["features"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["numbers"]),
        helper.make_node("Gemm", ["numbers", "head", "head.bias"], ["logits"], transB=1),
    ]
    graph = helper.make_graph(nodes, "motion",
        [helper.make_tensor_value_info("video", TensorProto.FLOAT, ["batch", 3, FRAMES, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
        [numpy_helper.from_array(np.ascontiguousarray(tensor.detach().numpy(), np.float32), name) for name, tensor in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="make_motion.py", ir_version=8)
    helper.set_model_props(model, {"labels": "\n".join(LABELS)})
    onnx.checker.check_model(model)
    return model


def card(file):
    return {
        "name": "motion", "title": "which way the thing moves, a video network for pattern:?motion=", "input": "video", "size": [WIDTH, HEIGHT],
        "frames": FRAMES, "spacing": SPACING, "layout": "NCHW", "order": "RGB", "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1],
        "resize": "stretch", "layer": "features", "labels": "labels.txt", "logits": "logits", "licence": "the project's own",
        "source": "models/make_motion.py", "sha256": hashlib.sha256(file).hexdigest(),
    }


if __name__ == "__main__":
    main()
