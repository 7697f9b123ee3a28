"""Trains exported graphs on an NVIDIA GPU with PyTorch; see README.md."""

import argparse
import json
import math
import os
import pathlib
import random
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
    parser.add_argument("--capacity", type=int, default=40000)
    parser.add_argument("--patch", type=int, default=128)
    parser.add_argument("--warm", type=int, default=600, help="number of samples to wait for")
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


class Bank:
    """Samples on the GPU, filled by a thread from the files that samples.ts writes."""

    def __init__(self, folder, validation, patch, capacity):
        self.folder, self.patch = pathlib.Path(folder), patch
        self.images = torch.zeros(capacity, patch, patch, 29, dtype=torch.half, device="cuda")
        self.phase = torch.zeros(capacity, device="cuda")
        self.capacity, self.count, self.written = capacity, 0, 0
        kept = [self.read(file) for file in sorted(pathlib.Path(validation).glob("*.f32"))]
        self.validation = [torch.cat(parts).cuda() for parts in zip(*kept)]
        threading.Thread(target=self.fill, daemon=True).start()

    def read(self, file):
        pixels = self.patch * self.patch
        sizes = [pixels * 7] * 4 + [pixels, 1]
        data = np.fromfile(file, np.float32).reshape(-1, sum(sizes))
        *images, phase = np.split(data, np.cumsum(sizes)[:-1], axis=1)
        shaped = [image.reshape(len(data), self.patch, self.patch, -1) for image in images]
        return torch.from_numpy(np.concatenate(shaped, 3).astype(np.float16)), torch.from_numpy(phase[:, 0])

    def fill(self):
        stream = torch.cuda.Stream()
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
                stream.synchronize()
                self.count = min(self.written, self.capacity)

    def draw(self, into, rng):
        """Fills a batch with random crops, flips and orders of the auxiliaries."""
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
        self.put(block, self.phase[picks], into, flips, rng.random() < 0.5)

    def put(self, block, phase, into, flips=(), swap=False):
        if flips:
            block = block.flip(flips)
        for i, name in enumerate(["target", "next", "previous", "reference"] if swap else INPUTS):
            into[name].copy_(block[..., 7 * i : 7 * i + 7])
        into["lossWeight"].copy_(block[..., 28:])
        into["phase"].copy_(phase.reshape(-1, 1, 1, 1))


def buffers(batch, size):
    of = lambda *shape: torch.zeros(*shape, device="cuda")
    images = {name: of(batch, size, size, 7) for name in INPUTS}
    return {**images, "phase": of(batch, 1, 1, 1), "lossWeight": of(batch, size, size, 1)}


class Training:
    """One network with its optimizer, trained by captured steps."""

    def __init__(self, folder, weight_decay=1e-4, compile=False):
        folder = pathlib.Path(folder)
        self.shapes = json.loads((folder / "shapes.json").read_text())
        self.ports = json.loads((folder / "ports.json").read_text())
        with safe_open(folder / "initial.safetensors", "pt") as file:
            self.metadata = file.metadata()
        trainable = set(json.loads(self.metadata["trainable"]))
        self.weights = {k: v.cuda() for k, v in load_file(folder / "initial.safetensors").items()}
        for name in trainable:
            self.weights[name].requires_grad_()
        self.parameters = [self.weights[name] for name in sorted(trainable)]
        self.rate = torch.tensor(0.0, device="cuda")
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=self.rate, weight_decay=weight_decay, fused=True, capturable=True
        )
        self.folder, self.compile, self.captured, self.step = folder, compile, {}, 0

    def function(self, kind):
        run = graph.load(self.folder / f"{kind}.onnx", "cuda")
        return torch.compile(run) if self.compile else run

    def values(self, kind, inputs):
        ports = {p["input"]: self.weights[p["name"]] for p in self.ports[kind] if p.get("input")}
        return {**inputs, **ports}

    def advance(self, kind, run, inputs):
        """Forward, backward, clipping and AdamW; running statistics follow."""
        outputs = run(self.values(kind, inputs))
        loss = outputs["loss"]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, 5.0, foreach=True)
        with torch.no_grad():
            # A batch whose gradient is not finite changes nothing but the momentum.
            for parameter in self.parameters:
                parameter.grad.copy_(torch.where(norm.isfinite(), parameter.grad, 0))
            self.optimizer.step()
            for port in self.ports[kind]:
                if port.get("output"):
                    value = self.weights[port["name"]]
                    value.copy_(torch.where(norm.isfinite(), outputs[port["output"]], value))
        self.optimizer.zero_grad(set_to_none=False)
        return loss.detach(), norm

    def capture(self, kind):
        batch, size = self.shapes[kind]
        inputs = buffers(batch, size)
        run = self.function(kind)
        saved = {k: v.detach().clone() for k, v in self.weights.items()}
        moments = self.optimizer.state_dict()
        moments = {k: {n: t.clone() for n, t in s.items()} for k, s in moments["state"].items()}
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        self.rate.zero_()
        with torch.cuda.stream(stream):
            for tensor in inputs.values():
                tensor.uniform_(0.1, 0.9)
            for _ in range(3):
                self.advance(kind, run, inputs)
        torch.cuda.current_stream().wait_stream(stream)
        cuda_graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(cuda_graph, capture_error_mode="thread_local"):
            results = self.advance(kind, run, inputs)
        with torch.no_grad():
            for name, value in saved.items():
                self.weights[name].copy_(value)
            for i, parameter in enumerate(self.parameters):
                for name, tensor in self.optimizer.state[parameter].items():
                    tensor.copy_(moments[i][name]) if moments else tensor.zero_()
        # The function holds the constants that the graph reads.
        self.captured[kind] = (cuda_graph, inputs, results, run)

    def train(self, kind, bank, rng, rate):
        if kind not in self.captured:
            self.capture(kind)
        cuda_graph, inputs, results, _ = self.captured[kind]
        bank.draw(inputs, rng)
        self.rate.fill_(rate)
        cuda_graph.replay()
        self.step += 1
        return results

    def validate(self, bank):
        """Loss of what prediction gives, on samples that are not trained on."""
        batch, size = self.shapes["frozen"]
        if not hasattr(self, "checked"):
            self.checked = graph.load(self.folder / "frozen.onnx", "cuda"), buffers(batch, size)
        run, inputs = self.checked
        losses = []
        with torch.no_grad():
            images, phase = bank.validation
            for start in range(0, len(phase) - batch + 1, batch):
                bank.put(images[start : start + batch, :size, :size], phase[start : start + batch], inputs)
                losses.append(run(self.values("frozen", inputs))["loss"].item())
        return sum(losses) / len(losses)

    def save(self, path, **facts):
        metadata = {**self.metadata, **{k: str(v) for k, v in facts.items()}}
        save_file({k: v.detach().cpu().contiguous() for k, v in self.weights.items()}, path, metadata)


def main(flags):
    begun = time.time()
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    bank = Bank(flags.samples, flags.validation, flags.patch, flags.capacity)
    training = Training(flags.graphs, compile=flags.compile)
    rng = random.Random(0)
    elapsed = 0.0
    if os.path.exists(flags.checkpoint):
        state = torch.load(flags.checkpoint)
        with torch.no_grad():
            for name, value in state["weights"].items():
                training.weights[name].copy_(value)
        training.optimizer.load_state_dict(state["optimizer"])
        training.rate = training.optimizer.param_groups[0]["lr"] = state["rate"].cuda()
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
            torch.cuda.synchronize()
            print(f"{name}: first steps after {time.time() - begun:.1f} s", flush=True)
        if time.time() - reported > 15 or stop:
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
    torch.cuda.synchronize()
    keep()


main()
