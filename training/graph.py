"""An exported training graph as a PyTorch function."""

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


def load(path, device):
    """Returns run(values: {input name: tensor}) -> {output name: tensor}, differentiable."""
    graph = onnx.load(path).graph
    constants, lists = {}, {}
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype == "int64":
            lists[tensor.name] = [int(value) for value in array.reshape(-1)]
        else:
            constants[tensor.name] = torch.from_numpy(array.copy()).to(device)
    names, lines = {}, []

    def name(value):
        if value not in names:
            names[value] = f"v{len(names)}"
        return names[value]

    for port in graph.input:
        lines.append(f"{name(port.name)} = values[{port.name!r}]")
    for constant in constants:
        lines.append(f"{name(constant)} = constants[{constant!r}]")
    for node in graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        args = [name(i) if i not in lists else repr(lists[i]) for i in node.input if i]
        outputs = ", ".join(name(o) for o in node.output)
        lines.append(f"{outputs} = {expression(node, attributes, args)}")
    results = ", ".join(f"{port.name!r}: {name(port.name)}" for port in graph.output)
    lines.append(f"return {{{results}}}")
    source = "def run(values):\n" + "".join(f"    {line}\n" for line in lines)
    scope = {"torch": torch, "F": F, "constants": constants, "pad": pad, "cut": cut}
    exec(source, scope)
    return scope["run"]


def expression(node, attributes, args):
    """The PyTorch expression of one node."""
    infix = {"Mul": "*", "Add": "+", "Sub": "-", "Div": "/", "MatMul": "@"}
    unary = {
        "Sqrt": "torch.sqrt",
        "Reciprocal": "torch.reciprocal",
        "Sigmoid": "torch.sigmoid",
        "Relu": "torch.relu",
        "Tanh": "torch.tanh",
        "Exp": "torch.exp",
        "Log": "torch.log",
        "Identity": "",
    }
    binary = {"Min": "torch.minimum", "Max": "torch.maximum"}
    op = node.op_type
    if op in infix:
        return f" {infix[op]} ".join(args)
    if op in unary:
        return f"{unary[op]}({args[0]})"
    if op in binary:
        return f"{binary[op]}({args[0]}, {args[1]})"
    if op == "Sum":
        return " + ".join(args)
    if op == "Reshape":
        return f"{args[0]}.reshape({args[1]})"
    if op == "Transpose":
        return f"{args[0]}.permute({list(attributes['perm'])})"
    if op in ("ReduceMean", "ReduceSum"):
        function = "mean" if op == "ReduceMean" else "sum"
        axes = args[1] if len(args) > 1 else repr(list(attributes["axes"]))
        return f"{args[0]}.{function}({axes}, keepdim={bool(attributes.get('keepdims', 1))})"
    if op == "Softmax":
        return f"torch.softmax({args[0]}, {attributes.get('axis', -1)})"
    if op == "Concat":
        return f"torch.cat([{', '.join(args)}], {attributes['axis']})"
    if op == "Split":
        return f"torch.split({args[0]}, {args[1]}, {attributes.get('axis', 0)})"
    if op == "Slice":
        return f"cut({', '.join(args)})"
    if op == "Pad":
        return f"pad({args[0]}, {args[1]}, {attributes.get('mode', b'constant').decode()!r})"
    if op == "MaxPool":
        pads = attributes.get("pads", [0, 0, 0, 0])
        assert pads[:2] == pads[2:]
        return f"F.max_pool2d({args[0]}, {attributes['kernel_shape']}, {attributes['strides']}, {list(pads[:2])})"
    if op == "AveragePool":
        return f"F.avg_pool2d({args[0]}, {attributes['kernel_shape']}, {attributes['strides']})"
    if op == "Resize":
        return f"F.interpolate({args[0]}, {args[-1]}[2:])"
    if op == "BatchNormalization":
        x, scale, bias, mean, variance = args
        return f"F.batch_norm({x}, {mean}, {variance}, {scale}, {bias}, False, 0.0, {attributes['epsilon']!r})"
    if op == "Conv":
        pads = attributes.get("pads", [0, 0, 0, 0])
        assert list(pads[:2]) == list(pads[2:]), pads
        bias = args[2] if len(args) > 2 else "None"
        return (
            f"F.conv2d({args[0]}, {args[1]}, {bias}, {list(attributes.get('strides', [1, 1]))}, "
            f"{list(pads[:2])}, {list(attributes.get('dilations', [1, 1]))}, {attributes.get('group', 1)})"
        )
    raise NotImplementedError(f"{op} {attributes}")


def cut(x, starts, ends, axes=None, steps=None):
    for i, axis in enumerate(axes if axes is not None else range(len(starts))):
        size = x.shape[axis]
        picked = range(*slice(starts[i], max(ends[i], -size - 1), steps[i] if steps else 1).indices(size))
        if picked.step > 0:
            x = x[(slice(None),) * axis + (slice(picked.start, picked.stop, picked.step),)]
        else:
            assert picked.step == -1
            x = x.narrow(axis, picked.start - len(picked) + 1, len(picked)).flip(axis)
    return x


def pad(x, pads, mode):
    rank = x.dim()
    flat = []
    for axis in reversed(range(rank)):
        flat += [pads[axis], pads[axis + rank]]
    if mode != "constant":
        while flat[-2:] == [0, 0]:
            flat = flat[:-2]
        return F.pad(x, flat, mode={"reflect": "reflect", "edge": "replicate"}[mode])
    return F.pad(x, flat)
