#!/usr/bin/env python3
"""Trains both heads on the same endless scenes, composed on the device, and writes emoji_gap.onnx, emoji_fc.onnx, metrics.json.

The published weights: train.py --minutes 6 --batch 384 on one H100 (4851 steps, 1.86 million scenes). Without a GPU it runs slowly.
"""
import argparse
import json
import math
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

import evaluate
from network import Net, deviation, export
from pictures import Pictures
from scenes import LOGITS, Scenes

HEADS = ("fc", "gap")
WARM_UP = 200   # steps


def soft_cross_entropy(logits, labels, smoothing=.05):
    labels = labels * (1 - smoothing) + smoothing / LOGITS
    return -(labels * F.log_softmax(logits.float(), 1)).sum(1).mean()


class Trainer:
    """Both networks, their running averages (which are what is kept), and one optimiser for all."""

    def __init__(self, device, rate, decay):
        self.device, self.rate, self.steps = device, rate, 0
        self.nets = {head: Net(head).to(device) for head in HEADS}
        self.averages = {head: Net(head).to(device).eval() for head in HEADS}
        for head in HEADS:
            self.averages[head].load_state_dict(self.nets[head].state_dict())
        if device == "cuda":
            self.nets = {head: net.to(memory_format=torch.channels_last) for head, net in self.nets.items()}
        parameters = [p for net in self.nets.values() for p in net.parameters()]
        self.optimiser = torch.optim.AdamW([
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.}], lr=rate, betas=(.9, .98))

    def step(self, x, labels, progress):
        """One batch; progress 0..1 sets the rate (warm-up, then a cosine). Returns the loss of each head."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1, (self.steps + 1) / WARM_UP) * (.5 * (1 + math.cos(math.pi * progress)) * .995 + .005)
        gpu = self.device == "cuda"
        x = x.contiguous(memory_format=torch.channels_last) if gpu else x
        losses = {}
        for head, net in self.nets.items():
            net.train()
            with torch.autocast(self.device, dtype=torch.bfloat16, enabled=gpu):
                logits = net(x)
            losses[head] = soft_cross_entropy(logits, labels)
        self.optimiser.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        for net in self.nets.values():
            nn.utils.clip_grad_norm_(net.parameters(), 2.)
        self.optimiser.step()
        self.steps += 1
        self._average(min(.999, (self.steps + 1) / (self.steps + 20)))
        return {head: loss.detach() for head, loss in losses.items()}

    @torch.no_grad()
    def _average(self, keep):
        for head in HEADS:
            for average, value in zip(self.averages[head].parameters(), self.nets[head].parameters()):
                average.mul_(keep).add_(value, alpha=1 - keep)
            for average, value in zip(self.averages[head].buffers(), self.nets[head].buffers()):
                if average.is_floating_point():
                    average.mul_(keep).add_(value, alpha=1 - keep)
                else:
                    average.copy_(value)


def validation(pictures, count):
    """Fixed small sets that are watched while training: styles seen, each held-out style, nothing."""
    seen = pictures.styles_for("train")
    sets = {"seen": Scenes(pictures, seen, "test", 77).make(count, kind="one")}
    for style in pictures.styles_for("test"):
        sets[style] = Scenes(pictures, [style], "test", 78).make(count, kind="one", severity=.6)
    sets["bg"] = Scenes(pictures, seen, "test", 79).make(count, kind="bg")
    return sets


def accuracy(nets, sets):
    return {f"{head}/{name}": round(float((evaluate.logits(net, x).argmax(1) == labels.argmax(1)).float().mean()), 3)
            for head, net in nets.items() for name, (x, labels, _, _) in sets.items()}


def train(trainer, scenes, sets, options):
    """Until the minutes are over; scenes get harder during the first seventh."""
    start = last = time.time()
    while (progress := (time.time() - start) / (60 * options.minutes)) < 1:
        x, labels, _, _ = scenes.make(options.batch, severity=min(1., .35 + progress * 4.5))
        losses = trainer.step(x, labels, progress)
        if time.time() - last > options.every:
            last = time.time()
            print(f"{last - start:5.0f} s, step {trainer.steps}, loss", {head: round(float(loss), 3) for head, loss in losses.items()},
                  accuracy(trainer.averages, sets), flush=True)
    return time.time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data.npz"), help="made by build_data.py")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results")
    parser.add_argument("--minutes", type=float, default=6.)
    parser.add_argument("--batch", type=int, default=384)
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate")
    parser.add_argument("--decay", type=float, default=.03, help="weight decay")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=20, help="seconds between two lines of progress")
    parser.add_argument("--scenes", type=int, default=2048, help="scenes in each test set of the evaluation; 0 skips it")
    parser.add_argument("--classes", type=int, default=64, help="only the first so many, for a quick trial")
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()

    options.out.mkdir(parents=True, exist_ok=True)
    gpu = torch.cuda.is_available() and not options.cpu
    device = "cuda" if gpu else "cpu"
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = gpu
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False

    pictures = Pictures(options.data, device, options.classes)
    scenes = Scenes(pictures, pictures.styles_for("train"), "train", options.seed)
    trainer = Trainer(device, options.rate, options.decay)
    sets = validation(pictures, 512 if gpu else 48)
    seconds = train(trainer, scenes, sets, options)
    print(f"trained {trainer.steps} steps, {trainer.steps * options.batch} scenes in {seconds:.0f} s", accuracy(trainer.averages, sets))

    nets = trainer.averages
    torch.save({head: net.state_dict() for head, net in nets.items()}, options.out / "checkpoint.pt")
    metrics = {"steps": trainer.steps, "scenes": trainer.steps * options.batch, "train_s": round(seconds, 1),
               "device": torch.cuda.get_device_name() if gpu else "cpu", "class_names": pictures.labels,
               "train_styles": pictures.styles_for("train"), "heldout_styles": pictures.styles_for("test"), "onnx": {}}
    for head, net in nets.items():
        path = options.out / f"emoji_{head}.onnx"
        export(net, path, pictures.labels)
        metrics["onnx"][head] = {"bytes": path.stat().st_size, "max_abs_diff": deviation(net, path, sets["seen"][0][:4])}
        print(path, metrics["onnx"][head])
    if options.scenes:
        metrics.update(evaluate.evaluate(pictures, nets, options.scenes))
    (options.out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
