#!/usr/bin/env python3
"""Writes muon.json: the weights after every step of Muon, computed without any of this project's code.

The rule is torch.optim.Muon's with nesterov (PyTorch 2.9, torch/optim/_muon.py), written out in numpy float64. PyTorch's
own numbers are no reference, because it iterates in bfloat16, which keeps three digits. Nor is the iteration repeated
here: a polynomial of odd powers of a matrix acts on its singular values alone, so it is applied to those of numpy's SVD.

    /usr/bin/python3 internal/optim/testdata/muon.py   # needs numpy; Debian: python3-numpy
"""
import json
import pathlib

import numpy as np

STEPS, MOMENTUM, DECAY, VECTOR_RATE = 6, 0.9, 0.05, 4.0
rng = np.random.default_rng(20241208)
f32 = lambda a: np.asarray(a, np.float32).astype(np.float64)
SHAPES = {"tall": (12, 5), "wide": (3, 8), "square": (6, 6), "bias": (5,), "head": (4, 3)}  # head: a kernel that is no matrix to Muon
MATRICES, DECAYED = {"tall", "wide", "square"}, {"tall", "wide", "square", "head"}
start = {n: f32(rng.normal(0, 0.5, s)) for n, s in SHAPES.items()}
grads = [{n: f32(rng.normal(0, 1, s) * 10.0 ** rng.integers(-3, 1)) for n, s in SHAPES.items()} for _ in range(STEPS)]
rates = [float(np.float32(r)) for r in [2e-2] * 3 + [5e-2] + [5e-3] * 2]
m, d, k = (float(np.float32(x)) for x in (MOMENTUM, DECAY, VECTOR_RATE))


def orthogonal(u):
    left, s, right = np.linalg.svd(u, full_matrices=False)
    s = s / (np.linalg.norm(u) + 1e-7)
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return left * s @ right


w = {n: a.copy() for n, a in start.items()}
v = {n: np.zeros(s) for n, s in SHAPES.items()}
trace = []
for g, lr in zip(grads, rates):
    for n in SHAPES:
        if n in DECAYED:
            w[n] = w[n] * (1 - lr * d)
        if n in MATRICES:
            v[n] = m * v[n] + (1 - m) * g[n]
            rows, columns = SHAPES[n]
            w[n] = w[n] - lr * max(1, columns / rows) ** 0.5 * orthogonal(m * v[n] + (1 - m) * g[n])
        else:
            v[n] = m * v[n] - k * lr * g[n]
            w[n] = w[n] + m * v[n] - k * lr * g[n]
    trace.append({n: a.ravel().tolist() for n, a in w.items()})

flat = lambda arrays: {n: a.ravel().tolist() for n, a in arrays.items()}
out = {
    "options": {"Momentum": MOMENTUM, "WeightDecay": DECAY, "VectorRate": VECTOR_RATE},
    "groups": [{"name": n, "columns": SHAPES[n][1] if n in MATRICES else 0, "decay": n in DECAYED} for n in SHAPES],
    "start": flat(start), "gradients": [flat(g) for g in grads], "rates": rates, "weights": trace,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
