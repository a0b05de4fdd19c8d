"""Annotates a video with Grad-CAM++ in PyTorch, in two ways, as yardsticks for 'livecam annotate' (docs/performance.md).

    annotate_in_torch.py NETWORK WAY CLIP OUT.mp4     prints one line: frames, seconds of the loop, seconds in all, peak memory in MB
    annotate_in_torch.py NETWORK export OUT.onnx      the same network, with the same random weights, for LiveCam

NETWORK: squeezenet or resnet18, of torchvision, weights of seed 0. WAY: 'readme', as the README of pytorch-grad-cam shows it: hooks, a backward pass through
the whole network, the map resized to the picture in float32 and blended in float32. 'tuned': the gradient goes to the target layer only, the map is
resized and coloured as uint8. On a graphics card where PyTorch finds one. Both decode with OpenCV and encode with the ffmpeg program as LiveCam does (x264 veryfast, CRF 20), on all cores.
"""
import inspect
import os
import resource
import subprocess
import sys
import time

import cv2
import numpy as np
import torch
import torchvision


def network(name):
    torch.manual_seed(0)
    if name == "squeezenet":
        model = torchvision.models.squeezenet1_1(weights=None).eval()
        return model, model.features[-1], "features"
    model = torchvision.models.resnet18(weights=None).eval()
    return model, model.layer4[-1], "layer4"


def weights(activations, gradients):
    """Equation 19 of Chattopadhyay et al. 2018 with the closed form of its derivatives for an exponential score, as the libraries compute it."""
    squares, cubes = gradients ** 2, gradients ** 3
    alpha = squares / (2 * squares + activations.sum((2, 3), keepdims=True) * cubes + 1e-6)
    return (alpha * (gradients > 0) * gradients).sum((2, 3), keepdims=True)


DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


class Readme:
    """Hooks, whole backward pass, float arithmetic."""

    def __init__(self, model, layer):
        self.model, self.activations, self.gradients = model, None, None
        layer.register_forward_hook(self.keep)

    def keep(self, module, inputs, output):
        self.activations = output
        output.register_hook(lambda gradient: setattr(self, "gradients", gradient))

    def __call__(self, frame):
        picture = np.float32(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)) / 255
        small = cv2.resize(picture, (224, 224))
        tensor = torch.from_numpy(((small - MEAN) / STD).transpose(2, 0, 1).copy())[None].to(DEVICE).requires_grad_(True)
        scores = self.model(tensor)
        self.model.zero_grad()
        scores[0, scores[0].argmax()].backward()
        activations, gradients = self.activations.detach().cpu().numpy(), self.gradients.cpu().numpy()
        cam = np.maximum((weights(activations, gradients) * activations).sum(1)[0], 0)
        cam = cv2.resize(cam, frame.shape[1::-1])
        cam = (cam - cam.min()) / (1e-7 + cam.max())
        heat = cv2.cvtColor(cv2.applyColorMap(np.uint8(255 * cam), cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
        blended = 0.5 * (np.float32(heat) / 255) + 0.5 * picture
        return cv2.cvtColor(np.uint8(255 * blended / blended.max()), cv2.COLOR_RGB2BGR)


class Tuned:
    """The gradient goes to the layer only; pixels stay uint8."""

    def __init__(self, model, layer):
        self.model = model
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        layer.register_forward_hook(self.keep)

    def keep(self, module, inputs, output):
        self.activations = output.detach().requires_grad_(True)
        return self.activations

    def __call__(self, frame):
        small = cv2.cvtColor(cv2.resize(frame, (224, 224)), cv2.COLOR_BGR2RGB)
        tensor = torch.from_numpy(((np.float32(small) / 255 - MEAN) / STD).transpose(2, 0, 1).copy())[None].to(DEVICE)
        scores = self.model(tensor)
        gradients, = torch.autograd.grad(scores[0, scores[0].argmax()], self.activations)
        activations = self.activations.detach()
        cam = torch.relu((weights(activations, gradients) * activations).sum(1)[0]).cpu().numpy()
        cam = np.uint8(255 * cam / max(cam.max(), 1e-7))
        return cv2.addWeighted(cv2.applyColorMap(cv2.resize(cam, frame.shape[1::-1]), cv2.COLORMAP_JET), 0.5, frame, 0.5, 0)


def main():
    model, layer, _ = network(sys.argv[1])
    if sys.argv[2] == "export":
        # The exporter that needs no further package; PyTorch before 2.5 knows no other.
        older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        torch.onnx.export(model, torch.zeros(1, 3, 224, 224), sys.argv[3], opset_version=13, input_names=["input"], output_names=["logits"], **older)
        return
    begun = time.perf_counter()
    torch.set_num_threads(os.cpu_count())
    annotate = (Readme if sys.argv[2] == "readme" else Tuned)(model.to(DEVICE), layer)
    clip = cv2.VideoCapture(sys.argv[3])
    size = f"{int(clip.get(cv2.CAP_PROP_FRAME_WIDTH))}x{int(clip.get(cv2.CAP_PROP_FRAME_HEIGHT))}"
    encoder = subprocess.Popen(["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-video_size", size, "-framerate", str(clip.get(cv2.CAP_PROP_FPS)),
                                "-i", "-", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", sys.argv[4]], stdin=subprocess.PIPE)
    frames, started = 0, time.perf_counter()
    while True:
        there, frame = clip.read()
        if not there:
            break
        encoder.stdin.write(annotate(frame).tobytes())
        frames += 1
    encoder.stdin.close()
    encoder.wait()
    ended = time.perf_counter()
    print(frames, round(ended - started, 3), round(ended - begun, 3), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


main()
