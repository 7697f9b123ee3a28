"""Trains exported graphs with PyTorch, on an NVIDIA GPU or in bfloat16 on CPU cores; see README.md."""

import argparse
import json
import math
import os
import pathlib
import random
import re
import threading
import time

def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("graphs", help="folder written by export-graph.ts")
    parser.add_argument("samples", help="folder written by samples.ts")
    parser.add_argument("validation", help="folder of validation samples")
    parser.add_argument("output", help="folder of weights and log")
    parser.add_argument("--checkpoint", default="checkpoint.pt")
    parser.add_argument("--seconds", type=float, required=True, help="total time of training")
    parser.add_argument("--steps", type=int, default=10**9, help="total number of steps")
    parser.add_argument("--budget", type=float, default=1e9, help="maximum time of this run in seconds")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--final-learning-rate", type=float, default=1e-6)
    parser.add_argument("--freeze-batch-norm", type=float, default=0.3, help="final fraction with frozen batch statistics")
    parser.add_argument("--calibrate", metavar="PATTERN", help="weights whose statistics the first 40 batches set")
    parser.add_argument("--clip-norm", type=float, default=5.0)
    parser.add_argument("--average", type=float, default=0.0, help="decay of the moving mean of weights that is written")
    parser.add_argument("--fade", type=int, default=0, help="steps in which the target is added less and less to an image")
    parser.add_argument("--level-shift", type=float, default=0.0, help="standard deviation in dB of a shift of all dates of a sample")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--capacity", type=int, default=40000)
    parser.add_argument("--patch", type=int, default=128)
    parser.add_argument("--warm", type=int, default=600, help="number of samples to wait for")
    parser.add_argument("--validate-every", type=float, default=15, help="seconds between validations")
    parser.add_argument("--checkpoint-every", type=float, default=60, help="seconds between checkpoints")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


# Before the imports that follow: the usage needs neither NumPy nor PyTorch.
FLAGS = arguments() if __name__ == "__main__" else None

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from safetensors import safe_open

import graph

INPUTS = ["target", "previous", "next", "reference"]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
#: Of the channels of intensities: `logTransform` of @mtpi/model has a scale of 1.5.
DECIBELS_PER_UNIT = 1.5 * 10 / math.log(10)
#: Steps at a learning rate of 0 that set batch statistics.
CALIBRATION = 40


class Bank:
    """Samples in the memory of the device, filled by a thread from the files that samples.ts writes."""

    def __init__(self, folder, validation, patch, capacity, level_shift=0.0):
        self.folder, self.patch, self.level_shift = pathlib.Path(folder), patch, level_shift
        self.images = torch.zeros(capacity, patch, patch, 29, dtype=torch.half, device=DEVICE)
        self.phase = torch.zeros(capacity, device=DEVICE)
        self.capacity, self.count, self.written = capacity, 0, 0
        kept = [self.read(file) for file in sorted(pathlib.Path(validation).glob("*.f32"))]
        self.validation = [torch.cat(parts).to(DEVICE) for parts in zip(*kept)]
        threading.Thread(target=self.fill, daemon=True).start()

    def read(self, file):
        pixels = self.patch * self.patch
        sizes = [pixels * 7] * 4 + [pixels, 1]
        data = np.fromfile(file, np.float32).reshape(-1, sum(sizes))
        *images, phase = np.split(data, np.cumsum(sizes)[:-1], axis=1)
        shaped = [image.reshape(len(data), self.patch, self.patch, -1) for image in images]
        return torch.from_numpy(np.concatenate(shaped, 3).astype(np.float16)), torch.from_numpy(phase[:, 0])

    def fill(self):
        stream = torch.cuda.Stream() if DEVICE == "cuda" else None
        while True:
            files = sorted(self.folder.glob("*.f32"))
            if not files:
                time.sleep(0.05)
            for file in files:
                images, phase = self.read(file)
                file.unlink()
                with torch.cuda.stream(stream):
                    for i in range(len(phase)):
                        slot = self.written % self.capacity
                        self.images[slot].copy_(images[i])
                        self.phase[slot].copy_(phase[i])
                        self.written += 1
                if stream:
                    stream.synchronize()
                self.count = min(self.written, self.capacity)

    def draw(self, into, rng):
        """Fills a batch with random crops, flips, transpositions and orders of the auxiliaries."""
        batch, size = into["target"].shape[:2]
        flips = [axis for axis in (1, 2) if rng.random() < 0.5]
        picks = [rng.randrange(self.count) for _ in range(batch)]
        if size == self.patch:
            block = self.images[picks]
        else:
            def crop(i):
                y, x = rng.randrange(self.patch - size + 1), rng.randrange(self.patch - size + 1)
                return self.images[i, y : y + size, x : x + size]
            block = torch.stack([crop(i) for i in picks])
        if self.level_shift:
            shifts = [rng.gauss(0, self.level_shift) / DECIBELS_PER_UNIT for _ in range(batch)]
            block = block.clone()
            for channel in (0, 1):
                block[..., channel:28:7] += torch.tensor(shifts, dtype=block.dtype, device=DEVICE).reshape(-1, 1, 1, 1)
        if rng.random() < 0.5:
            block = block.transpose(1, 2)
        self.put(block, self.phase[picks], into, flips, rng.random() < 0.5)

    def put(self, block, phase, into, flips=(), swap=False):
        if flips:
            block = block.flip(flips)
        for i, name in enumerate(["target", "next", "previous", "reference"] if swap else INPUTS):
            into[name].copy_(block[..., 7 * i : 7 * i + 7])
        into["lossWeight"].copy_(block[..., 28:])
        into["phase"].copy_(phase.reshape(-1, 1, 1, 1))


def buffers(batch, size):
    of = lambda *shape: torch.zeros(*shape, device=DEVICE)
    images = {name: of(batch, size, size, 7) for name in INPUTS}
    return {**images, "phase": of(batch, 1, 1, 1), "lossWeight": of(batch, size, size, 1), "share": of(1, 1, 1, 1)}


class Training:
    """One network with its optimizer, trained by steps that a GPU captures."""

    def __init__(self, folder, flags, weight_decay=1e-4):
        folder = pathlib.Path(folder)
        self.shapes = json.loads((folder / "shapes.json").read_text())
        self.ports = json.loads((folder / "ports.json").read_text())
        with safe_open(folder / "initial.safetensors", "pt") as file:
            self.metadata = file.metadata()
        trainable = set(json.loads(self.metadata["trainable"]))
        self.weights = {k: v.to(DEVICE) for k, v in load_file(folder / "initial.safetensors").items()}
        for name in trainable:
            self.weights[name].requires_grad_()
        self.parameters = [self.weights[name] for name in sorted(trainable)]
        self.rate = torch.tensor(0.0, device=DEVICE)
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=self.rate, weight_decay=weight_decay, fused=True, capturable=DEVICE == "cuda"
        )
        self.folder, self.flags, self.functions, self.captured, self.step = folder, flags, {}, {}, 0
        self.means = {k: v.detach().clone() for k, v in self.weights.items() if v.is_floating_point()}

    def function(self, kind):
        if kind not in self.functions:
            run = graph.load(self.folder / f"{kind}.onnx", DEVICE)
            self.functions[kind] = torch.compile(run) if self.flags.compile else run
        return self.functions[kind]

    def values(self, kind, inputs):
        ports = {p["input"]: self.weights[p["name"]] for p in self.ports[kind] if p.get("input")}
        return {**inputs, **ports}

    def evaluate(self, kind, inputs):
        with torch.autocast("cpu", torch.bfloat16, enabled=DEVICE == "cpu"):
            return self.function(kind)(self.values(kind, inputs))

    def advance(self, kind, inputs, statistics=""):
        """Forward, backward, clipping and AdamW; running statistics of weights that match a pattern follow."""
        outputs = self.evaluate(kind, inputs)
        loss = outputs["loss"]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.flags.clip_norm, foreach=True)
        with torch.no_grad():
            # A batch whose gradient is not finite changes nothing but the momentum.
            for parameter in self.parameters:
                parameter.grad.copy_(torch.where(norm.isfinite(), parameter.grad, 0))
            self.optimizer.step()
            for port in self.ports[kind]:
                if port.get("output") and re.search(statistics, port["name"]):
                    value = self.weights[port["name"]]
                    value.copy_(torch.where(norm.isfinite(), outputs[port["output"]], value))
            for name, mean in self.means.items():
                mean.lerp_(self.weights[name], 1 - self.flags.average)
        self.optimizer.zero_grad(set_to_none=False)
        return loss.detach(), norm

    def capture(self, kind):
        batch, size = self.shapes[kind]
        inputs = buffers(batch, size)
        state = [*self.weights.values(), *self.means.values()]
        saved = [tensor.detach().clone() for tensor in state]
        moments = self.optimizer.state_dict()
        moments = {k: {n: t.clone() for n, t in s.items()} for k, s in moments["state"].items()}
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        self.rate.zero_()
        with torch.cuda.stream(stream):
            for tensor in inputs.values():
                tensor.uniform_(0.1, 0.9)
            for _ in range(3):
                self.advance(kind, inputs)
        torch.cuda.current_stream().wait_stream(stream)
        cuda_graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(cuda_graph, capture_error_mode="thread_local"):
            results = self.advance(kind, inputs)
        with torch.no_grad():
            for tensor, value in zip(state, saved):
                tensor.copy_(value)
            for i, parameter in enumerate(self.parameters):
                for name, tensor in self.optimizer.state[parameter].items():
                    tensor.copy_(moments[i][name]) if moments else tensor.zero_()
        self.captured[kind] = (cuda_graph, inputs, results)

    def share(self):
        """Share of the target that is added to the output of a network whose output is the image."""
        return max(0.0, 1 - self.step / self.flags.fade) if self.flags.fade else 0.0

    def train(self, kind, bank, rng, rate):
        """A step; the first ones only set the statistics that are to be calibrated."""
        calibrating = self.flags.calibrate and self.step < CALIBRATION
        eager = calibrating or DEVICE == "cpu"
        if calibrating:
            kind, rate = "training", 0
        if eager:
            inputs = buffers(*self.shapes[kind])
        else:
            if kind not in self.captured:
                self.capture(kind)
            cuda_graph, inputs, results = self.captured[kind]
        bank.draw(inputs, rng)
        inputs["share"].fill_(self.share())
        self.rate.fill_(rate)
        self.step += 1
        if eager:
            return self.advance(kind, inputs, self.flags.calibrate if calibrating else "")
        cuda_graph.replay()
        return results

    def validate(self, bank):
        """Loss of what prediction with the mean weights gives, on samples that are not trained on."""
        batch, size = self.shapes["frozen"]
        inputs, losses, weights = buffers(batch, size), [], self.weights
        inputs["share"].fill_(self.share())
        self.weights = {**weights, **self.means}
        with torch.no_grad():
            images, phase = bank.validation
            for start in range(0, len(phase) - batch + 1, batch):
                bank.put(images[start : start + batch, :size, :size], phase[start : start + batch], inputs)
                losses.append(self.evaluate("frozen", inputs)["loss"].item())
        self.weights = weights
        return sum(losses) / len(losses)

    def save(self, path, **facts):
        metadata = {**self.metadata, **{k: str(v) for k, v in facts.items()}}
        weights = {**self.weights, **self.means}
        save_file({k: v.detach().cpu().contiguous() for k, v in weights.items()}, path, metadata)


def main(flags):
    begun = time.time()
    torch.set_num_threads(flags.threads)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    bank = Bank(flags.samples, flags.validation, flags.patch, flags.capacity, flags.level_shift)
    training = Training(flags.graphs, flags)
    rng = random.Random(0)
    elapsed = 0.0
    if os.path.exists(flags.checkpoint):
        state = torch.load(flags.checkpoint)
        with torch.no_grad():
            for name, value in state["weights"].items():
                training.weights[name].copy_(value)
            for name, value in state["means"].items():
                training.means[name].copy_(value)
        training.optimizer.load_state_dict(state["optimizer"])
        training.rate = training.optimizer.param_groups[0]["lr"] = state["rate"].to(DEVICE)
        training.step, elapsed = state["step"], state["elapsed"]
        rng = random.Random(training.step)
    while bank.count < flags.warm:
        time.sleep(0.1)
    output = pathlib.Path(flags.output)
    output.mkdir(parents=True, exist_ok=True)
    name = pathlib.Path(flags.graphs).name
    log = open(output / f"{name}.csv", "a")
    start, sums, reported = time.time() - elapsed, [], time.time()
    first, stop = training.step, False
    print(f"{name}: warm after {time.time() - begun:.1f} s, {bank.count} samples", flush=True)

    def keep():
        torch.save(
            {
                "weights": {k: v.detach() for k, v in training.weights.items()},
                "means": training.means,
                "optimizer": training.optimizer.state_dict(),
                "rate": training.rate,
                "step": training.step,
                "elapsed": time.time() - start,
            },
            flags.checkpoint,
        )
        training.save(output / f"{name}.safetensors", step=training.step, seconds=round(time.time() - start))

    kept = time.time()
    while not stop:
        elapsed = time.time() - start
        done = max(elapsed / flags.seconds, training.step / flags.steps)
        stop = done >= 1 or time.time() - begun > flags.budget
        kind = "training" if done < 1 - flags.freeze_batch_norm else "frozen"
        fall = flags.final_learning_rate + 0.5 * (flags.learning_rate - flags.final_learning_rate) * (1 + math.cos(math.pi * min(1, done)))
        loss, norm = training.train(kind, bank, rng, fall * min(1, (training.step + 1) / 200))
        if training.step % 10 == 0:
            sums.append((loss.item(), norm.item()))
        if training.step == first + 5:
            print(f"{name}: first steps after {time.time() - begun:.1f} s", flush=True)
        if time.time() - reported > flags.validate_every or stop:
            finite = [pair for pair in sums if np.isfinite(pair).all()]
            means = np.mean(finite, 0) if finite else (0, 0)
            row = [training.step, round(elapsed, 1), kind, fall, *means, training.validate(bank), bank.written, len(sums) - len(finite)]
            log.write(",".join(map(str, row)) + "\n")
            log.flush()
            print(name, row, flush=True)
            sums, reported = [], time.time()
        if time.time() - kept > flags.checkpoint_every:
            keep()
            kept = time.time()
    keep()


if FLAGS:
    main(FLAGS)
