"""What float16 and int8 would make of a network: the change of its result, and time against float32, on the CPU.

npm run mtpi -- convert mtpi mtpi.onnx
python3 bench/precision.py mtpi.onnx   # pip: onnx onnxruntime onnxconverter-common sympy
"""
import sys
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnxconverter_common import float16
from onnxruntime.quantization import QuantType, quantize_dynamic

DECIBEL = 1.5 * 10 / np.log(10)  # of one unit of the first two channels
random = np.random.default_rng(1)
path = sys.argv[1]
model = onnx.load(path)
size = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value


def channels(scene, looks=4):
    """One date of a scene of fields, as the network takes it. The float16 tool breaks graphs that take powers."""
    shape = scene.shape[1:]
    c11, c22 = scene * random.gamma(looks, 1 / looks, scene.shape)
    rho = 0.4 * np.exp(2j * np.pi * random.random(shape))
    gap = np.sqrt((c11 - c22) ** 2 + 4 * c11 * c22 * abs(rho) ** 2)
    p = np.clip((c11 + c22 + gap) / 2 / (c11 + c22), 0.5, 1 - 1e-6)
    entropy = -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    alpha = (1 - p) + (2 * p - 1) * (c22 > c11)
    first, second = (np.log(c11) + 2.3) / 1.5, (np.log(c22) + 3.9) / 1.5
    return np.stack([first, second, rho.real, rho.imag, entropy, 2 * p - 1, alpha], -1)[None].astype(np.float32)


fields = np.repeat(np.repeat(random.uniform(-2, 1, (2, 8, 8)), size // 8, 1), size // 8, 2)
scene = np.exp(fields - np.array([2.3, 3.9]).reshape(2, 1, 1))
feeds = {name: channels(scene) for name in ("target", "previous", "next")}


def run(name):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = ort.InferenceSession(name, options, providers=["CPUExecutionProvider"])
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        (result,) = session.run(None, feeds)
        seconds.append(time.perf_counter() - start)
    return result, min(seconds)


onnx.save(float16.convert_float_to_float16(model, keep_io_types=True), f"{path}.16")
quantize_dynamic(path, f"{path}.8", weight_type=QuantType.QInt8)
expected, usual = run(path)
for name, file in (("float16", f"{path}.16"), ("int8", f"{path}.8")):
    result, seconds = run(file)
    change = DECIBEL * (result - expected)[..., :2]
    broken = 100 * np.mean(~np.isfinite(result))
    rms = np.sqrt(np.nanmean(np.where(np.isfinite(change), change, np.nan) ** 2))
    print(f"{name}: {rms:.3f} dB RMS, {broken:.1f} % not finite, {seconds / usual:.2f} x the time")
