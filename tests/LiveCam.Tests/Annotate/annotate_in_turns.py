"""Runs 'livecam annotate' and its two yardsticks (annotate_in_torch.py) in turns on one clip, and prints the medians for docs/performance.md.

    annotate_in_turns.py LIVECAM CLIP ROUNDS [OPTIONS OF ANNOTATE]

LIVECAM: LiveCam.dll, or a program that needs no dotnet.

Frames a second, counted alike for all three: of the whole program, and once it runs. Of the yardsticks the latter is their loop's; of LiveCam it is that of the frames
after the first 60, by the difference of two runs. Memory: the largest process of each.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FIRST = 60
YARDSTICK = str(pathlib.Path(__file__).with_name("annotate_in_torch.py"))


def measure(command):
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return output.split(), time.time() - started, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main():
    program, clip, rounds, options = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    livecam = ["dotnet", program] if program.endswith(".dll") else [program]
    rows, folder = {}, tempfile.mkdtemp()
    for network in ("squeezenet", "resnet18"):
        subprocess.run([sys.executable, YARDSTICK, network, "export", f"{folder}/{network}.onnx"], check=True, stderr=subprocess.DEVNULL)
    frames = 0
    for turn in range(rounds):
        for network in ("squeezenet", "resnet18"):
            for way in ("readme", "tuned", "livecam"):
                load = os.getloadavg()[0]
                if way == "livecam":
                    annotate = [*livecam, "annotate", clip, "--model", f"{folder}/{network}.onnx", "--out", f"{folder}/out.mp4", "--force", *options]
                    _, short, _, _ = measure([*annotate, "--frames", str(FIRST)])
                    _, wall, memory, cpu = measure(annotate)
                    rate = (frames - FIRST) / (wall - short)
                else:
                    words, wall, memory, cpu = measure([sys.executable, YARDSTICK, network, way, clip, f"{folder}/out.mp4"])
                    frames, rate = int(words[0]), int(words[0]) / float(words[1])
                rows.setdefault((network, way), []).append((frames / wall, rate, memory, cpu))
                print(f"round {turn + 1}: {network} {way}: {frames / wall:.1f} frames/s, once it runs {rate:.1f}, {memory:.0f} MB, {cpu:.0f} s of processor; load before {load:.1f}", flush=True)
    for (network, way), values in rows.items():
        whole, rate, memory, cpu = (statistics.median(column) for column in zip(*values))
        own = [statistics.median(value[i] for value in rows[network, "livecam"]) for i in (0, 1)]
        print(f"| {network} | {way} | {whole:.1f} | {rate:.1f} | {memory:.0f} MB | {cpu:.0f} s | {own[0] / whole:.1f} | {own[1] / rate:.1f} |")


main()
