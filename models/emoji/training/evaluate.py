#!/usr/bin/env python3
"""The figures of the model card: is the class right, does the map find the object, does the map hold what decides?

evaluate.py --checkpoint out/checkpoint.pt --data data.npz --out metrics.json
"""
import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F

from classes import BACKGROUND
from network import Net
from pictures import Pictures
from saliency import METHODS, Localisation, enlarge, maps
from scenes import LOGITS, Scenes

SEEN, DEMO = "seen styles, training difficulty", "seen styles, demo difficulty"
ONE, TWO, FOUR = (f"seen styles, {n} of one class" for n in (1, 2, 4))
EASY = {"severity": .5, "upright": True}   # demo difficulty: a good camera, drawings upright


@torch.no_grad()
def logits(net, x):
    return torch.cat([net(part) for part in x.split(256)])


def test_sets(pictures, n):
    """{name: (pictures, labels, masks, classes)}, all on test backgrounds, from fixed seeds."""
    seen, held_out = pictures.styles_for("train"), pictures.styles_for("test")
    size, sets = min(256, n), {}

    def add(name, styles, seed, total, **how):
        scenes = Scenes(pictures, styles, "test", seed)
        batches = [scenes.make(min(size, total - i), **how) for i in range(0, total, size)]
        sets[name] = [torch.cat(column) for column in zip(*batches)]

    add(SEEN, seen, 11, n, kind="one")
    add(DEMO, seen, 12, n, kind="one", big=True, **EASY)
    for style in seen:
        add(f"style {style}, demo difficulty", [style], 13, n // 2, kind="one", big=True, **EASY)
    for style in held_out:
        add(f"HELD-OUT {style}, training difficulty", [style], 14, n, kind="one")
        add(f"HELD-OUT {style}, demo difficulty", [style], 15, n, kind="one", big=True, **EASY)
    for name, count in ((ONE, 1), (TWO, 2), (FOUR, 4)):
        add(name, seen, 20 + count, n // 2, kind="one", count=count)
    add("nothing", seen, 30, n, kind="bg")
    add("other objects, seen styles", seen, 31, n // 2, kind="neg")
    add("other objects, HELD-OUT openmoji", ["openmoji"], 32, n // 2, kind="neg")
    add("two classes", seen, 33, n, kind="two", severity=.7)
    add("two classes, two objects", seen, 34, n // 2, kind="two", count=2, **EASY)
    for style in held_out:
        add(f"two classes, HELD-OUT {style}", [style], 35, n // 2, kind="two", count=2, **EASY)
    return sets


def evaluate(pictures, nets, n=2048):
    """All figures as nested dictionaries; n scenes in the larger sets."""
    sets = test_sets(pictures, n)
    result = {"classification": {}, "localisation": {}, "faithfulness": {}}
    for head, net in nets.items():
        net.eval()
        result["classification"][head] = classification(net, sets, pictures.labels)
        result["localisation"][head] = localisation(net, sets, pictures.styles_for("test"))
        result["faithfulness"][head] = {name: faithfulness(net, sets[name][0][:n]) for name in (SEEN, FOUR, "two classes")}
        print_summary(head, result)
    return result


# ---- classification

def classification(net, sets, names):
    scores, confusions = {}, {}
    for name, (x, labels, _, _) in sets.items():
        answer = logits(net, x)
        if name.startswith("two"):
            row = _score_two(answer, labels)
        elif name.startswith(("nothing", "other")):
            row = _score_background(answer)
        else:
            row = _score_one(answer, labels)
            if "HELD-OUT" in name or "training difficulty" in name:
                confusions[name] = _confusions(answer, labels, names)
        scores[name] = {key: None if value != value else round(float(value), 4) for key, value in row.items()}
    return {"scores": scores, "confusions": confusions}


def _score_one(answer, labels):
    """Scenes whose object is visible at all."""
    truth, said = labels.argmax(1), answer.argmax(1)
    shown, sure = truth != BACKGROUND, answer.softmax(1).amax(1) > .5
    top5 = (answer.topk(5, 1)[1] == truth[:, None]).any(1)
    return {"top1": (said == truth)[shown].float().mean(), "top5": top5[shown].float().mean(),
            "missed_as_background": (said == BACKGROUND)[shown].float().mean(), "share_p>0.5": sure[shown].float().mean(),
            "top1_when_p>0.5": (said == truth)[shown & sure].float().mean()}


def _score_two(answer, labels):
    present, two = _two_present(labels)
    best = answer.topk(2, 1)[1]
    return {"top1_is_one_of_them": present.gather(1, best[:, :1])[:, 0][two].float().mean(),
            "both_in_top2": present.gather(1, best).all(1)[two].float().mean()}


def _score_background(answer):
    surest = answer.softmax(1)[:, :BACKGROUND].amax(1)
    return {"top1_background": (answer.argmax(1) == BACKGROUND).float().mean(),
            "false_class_p>0.5": (surest > .5).float().mean(), "p>0.8": (surest > .8).float().mean()}


def _two_present(labels):
    """(which classes are visible [B,65], scenes in which exactly two are)."""
    present = labels > 0
    present[:, BACKGROUND] = False
    return present, present.sum(1) == 2


def _confusions(answer, labels, names):
    truth, said = labels.argmax(1).cpu(), answer.argmax(1).cpu()
    matrix = torch.zeros(LOGITS, LOGITS).index_put_((truth, said), torch.ones(len(truth)), accumulate=True)[:BACKGROUND]
    rate = matrix.diagonal() / matrix.sum(1).clamp(min=1)
    wrong = matrix.clone().fill_diagonal_(0).flatten()
    return {"worst": [f"{names[i]} {rate[i]:.2f}" for i in rate.argsort()[:8].tolist()],
            "pairs": [f"{names[i // LOGITS]}->{names[i % LOGITS]} {int(wrong[i])}" for i in wrong.topk(8)[1].tolist()]}


# ---- localisation, on scenes that the network names correctly

def localisation(net, sets, held_out):
    one_class = (SEEN, DEMO, ONE, TWO, FOUR, *(f"HELD-OUT {style}, demo difficulty" for style in held_out))
    result = {name: _localise_one(net, sets[name]) for name in one_class}
    result |= {name: _localise_two(net, sets[name]) for name in sets if name.startswith("two")}
    result["correlation of Grad-CAM and Grad-CAM++ maps"] = round(_correlation(net, sets[FOUR]), 4)
    return result


def _localise_one(net, scenes):
    figures = Localisation()
    for x, labels, masks, classes in _parts(scenes):
        truth = labels.argmax(1)
        found, answer = maps(net, x, truth)
        right = (answer.argmax(1) == truth) & (truth != BACKGROUND)
        if right.any():
            figures.add(enlarge(found)[right], _of_class(masks, classes, truth)[right])
    return figures.figures()


def _localise_two(net, scenes):
    """Each of the two classes in turn; its map must keep off the other one."""
    figures = Localisation()
    for x, labels, masks, classes in _parts(scenes):
        present, two = _two_present(labels)
        if not two.any():
            continue
        x, masks, classes = x[two], masks[two], classes[two]
        both = present[two].float().topk(2, 1)[1]
        for this, other in (both.T, both.T.flip(0)):
            found, answer = maps(net, x, this)
            right = (answer.topk(2, 1)[1] == this[:, None]).any(1)
            if right.any():
                figures.add(enlarge(found)[right], _of_class(masks, classes, this)[right], _of_class(masks, classes, other)[right])
    return figures.figures()


def _correlation(net, scenes):
    """Mean Pearson correlation of the two maps over at most 512 scenes: how much the choice of method matters for this head."""
    values = []
    for x, labels, _, _ in _parts([column[:512] for column in scenes]):
        flat = enlarge(maps(net, x, labels.argmax(1))[0]).flatten(2)
        first, second = (flat - flat.mean(2, keepdim=True))[:, :2].unbind(1)
        values.append((first * second).sum(1) / (first.norm(dim=1) * second.norm(dim=1)).clamp(min=1e-9))
    return float(torch.cat(values).mean())


def _parts(scenes):
    return zip(*(column.split(128) for column in scenes))


def _of_class(masks, classes, wanted):
    return masks * (classes == wanted[:, None])[..., None, None]


# ---- faithfulness: what is left of the confidence when only the map's part of the picture is left (0 = black = removed)

def faithfulness(net, x):
    drop, increase, wins, pair, count = torch.zeros(4), torch.zeros(4), torch.zeros(4), torch.zeros(2), 0
    for part in x.split(128):
        said = logits(net, part).argmax(1)
        part, said = part[said != BACKGROUND], said[said != BACKGROUND]
        if not len(said):
            continue
        found, answer = maps(net, part, said)
        masks = enlarge(found)
        full = answer.softmax(1).gather(1, said[:, None])
        kept = torch.cat([logits(net, part * masks[:, i:i + 1]).softmax(1).gather(1, said[:, None]) for i in range(4)], 1)
        lost = full - kept
        count += len(said)
        drop += (lost.clamp(min=0) / full).sum(0).cpu()
        increase += (kept > full).float().sum(0).cpu()
        wins += F.one_hot(lost.argmin(1), 4).float().sum(0).cpu()
        pair += torch.stack([(lost[:, 0] < lost[:, 1]).sum(), (lost[:, 1] < lost[:, 0]).sum()]).cpu()
    percent = [[round(100 * float(value) / max(count, 1), 2) for value in row] for row in (drop, increase, wins, pair)]
    result = {method: {"average_drop_%": percent[0][i], "increase_%": percent[1][i], "win_of_four_%": percent[2][i]}
              for i, method in enumerate(METHODS)}
    return result | {"pairwise win Grad-CAM vs Grad-CAM++ %": percent[3], "scenes": count}


def print_summary(head, result):
    for name, row in result["classification"][head]["scores"].items():
        print(f"{head:3} {name:40}", " ".join(f"{key} {value}" for key, value in row.items()))
    for name in (ONE, TWO, FOUR, "two classes, two objects"):
        row = result["localisation"][head][name]
        print(f"{head:3} {name:40}", "energy/hit:", ", ".join(
            f"{method} {row[method]['energy_in_mask']:.2f}/{row[method]['instances_hit_at_half']:.2f}" for method in METHODS))
    for name, row in result["faithfulness"][head].items():
        print(f"{head:3} {name:40}", "drop %:", ", ".join(f"{method} {row[method]['average_drop_%']:.1f}" for method in METHODS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("out/checkpoint.pt"), help="made by train.py")
    parser.add_argument("--data", type=Path, default=Path("data.npz"), help="made by build_data.py")
    parser.add_argument("--out", type=Path, default=Path("evaluation.json"))
    parser.add_argument("--scenes", type=int, default=512, help="scenes in each of the larger test sets")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    nets = {}
    for head, state in torch.load(options.checkpoint, map_location=device).items():
        nets[head] = Net(head).to(device)
        nets[head].load_state_dict(state)
    result = evaluate(Pictures(options.data, device), nets, options.scenes)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
