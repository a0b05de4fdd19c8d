"""Runs 'livecam annotate' and its two yardsticks (annotate_in_torch.py) in turns on one clip, and prints the medians for docs/performance.md.

    annotate_in_turns.py LiveCam.dll CLIP ROUNDS

Frames a second: of the yardsticks without loading PyTorch and the network, of LiveCam over the whole program. Memory: the largest process of each.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

YARDSTICK = str(pathlib.Path(__file__).with_name("annotate_in_torch.py"))
PYTHON = "/usr/bin/python3"


def measure(command):
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return output.split(), time.time() - started, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main():
    program, clip, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rows, folder = {}, tempfile.mkdtemp()
    for network in ("squeezenet", "resnet18"):
        subprocess.run([PYTHON, YARDSTICK, network, "export", f"{folder}/{network}.onnx"], check=True, stderr=subprocess.DEVNULL)
    frames = 0
    for turn in range(rounds):
        for network in ("squeezenet", "resnet18"):
            for way in ("readme", "tuned", "livecam"):
                load = os.getloadavg()[0]
                if way == "livecam":
                    _, wall, memory, cpu = measure(["dotnet", program, "annotate", clip, "--model", f"{folder}/{network}.onnx", "--out", f"{folder}/out.mp4", "--force"])
                    rate = frames / wall
                else:
                    words, wall, memory, cpu = measure([PYTHON, YARDSTICK, network, way, clip, f"{folder}/out.mp4"])
                    frames, rate = int(words[0]), int(words[0]) / float(words[1])
                rows.setdefault((network, way), []).append((rate, memory, cpu))
                print(f"round {turn + 1}: {network} {way}: {rate:.1f} frames/s, {memory:.0f} MB, {cpu:.0f} s of processor; load before {load:.1f}", flush=True)
    for (network, way), values in rows.items():
        rate, memory, cpu = (statistics.median(column) for column in zip(*values))
        own = statistics.median(value[0] for value in rows[network, "livecam"])
        print(f"| {network} | {way} | {rate:.1f} | {memory:.0f} MB | {cpu:.0f} s | {own / rate:.1f} |")


main()
