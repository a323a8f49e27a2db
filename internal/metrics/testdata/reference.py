#!/usr/bin/env python3
"""Writes reference.json: every figure of internal/metrics, computed again from its definition.

    python3 internal/metrics/testdata/reference.py

Plain Python loops in double precision and in the most literal form (pairs for the AUROC, a ternary search for the
temperature), so that it shares no idea with the Go code. No packages are needed.
"""
import json, math, os, random

CLASSES, N = 10, 300
GROUPS = [0, 1, 0, 3, 0, 5, 0, 5, 8, 5]
random.seed(20240229)


def float32(x):
    import struct
    return struct.unpack("f", struct.pack("f", x))[0]


labels = [random.randrange(CLASSES - 1) for _ in range(N)]  # class 9 never occurs
logits = []
for t in labels:
    row = [random.gauss(0, 2) for _ in range(CLASSES)]
    row[t] += random.choice([0, 3, 6])
    row[3] -= 40  # class 3 is never predicted
    logits.append([float32(v) for v in row])


def softmax(row, temperature=1.0):
    top = max(row)
    e = [math.exp((v - top) / temperature) for v in row]
    return [v / sum(e) for v in e]


probs = [[float32(v) for v in softmax(row)] for row in logits]


def ranked(row):
    return sorted(range(CLASSES), key=lambda j: (-row[j], j))


confusion = [[0] * CLASSES for _ in range(CLASSES)]
for t, row in zip(labels, probs):
    confusion[t][ranked(row)[0]] += 1

per_class = []
for k in range(CLASSES):
    tp = confusion[k][k]
    fp = sum(confusion[j][k] for j in range(CLASSES)) - tp
    fn = sum(confusion[k]) - tp
    precision = tp / (tp + fp) if tp + fp else 0
    recall = tp / (tp + fn) if tp + fn else 0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    per_class.append({"support": tp + fn, "predicted": tp + fp, "precision": precision, "recall": recall, "f1": f1})

ece = 0
for b in range(15):
    inside = [i for i in range(N) if b / 15 < max(probs[i]) <= (b + 1) / 15]
    if inside:
        confidence = sum(max(probs[i]) for i in inside) / len(inside)
        accuracy = sum(ranked(probs[i])[0] == labels[i] for i in inside) / len(inside)
        ece += len(inside) / N * abs(confidence - accuracy)


right = sum(ranked(row)[0] == t for t, row in zip(labels, logits)) / N


def gap_at(temperature):
    return abs(sum(max(softmax(row, temperature)) for row in logits) / N - right)


low, high = math.log(0.05), math.log(20)
for _ in range(200):
    a, b = low + (high - low) / 3, high - (high - low) / 3
    if gap_at(math.exp(a)) < gap_at(math.exp(b)):
        high = b
    else:
        low = a


def wilson(k, n):
    # The roots p of (k/n - p)² = z²·p(1-p)/n, found by bisection on either side of k/n.
    z, share = 1.959963984540054, k / n
    outside = lambda p: (share - p) ** 2 > z * z * p * (1 - p) / n
    def edge(inner, outer):
        for _ in range(200):
            mid = (inner + outer) / 2
            inner, outer = (inner, mid) if outside(mid) else (mid, outer)
        return inner
    return [edge(share, 0) if k > 0 else 0, edge(share, 1) if k < n else 1]


known = [max(row) for row in probs]
other = [round(random.uniform(0.2, 0.9), 2) for _ in range(180)]
known = [round(v, 2) for v in known]  # ties on purpose
pairs = sum((a > b) + 0.5 * (a == b) for a in known for b in other)
threshold = max(t for t in known if sum(s >= t for s in known) >= 0.95 * len(known))

hits = [sum(t in ranked(row)[:k] for t, row in zip(labels, probs)) for k in (1, 2, 3)]
coarse = sum(GROUPS[t] == GROUPS[ranked(row)[0]] for t, row in zip(labels, probs))
occurring = [c["recall"] for c in per_class if c["support"]]
reference = {
    "classes": CLASSES, "labels": labels, "logits": [v for row in logits for v in row],
    "hits": hits, "coarse": coarse / N, "confusion": confusion, "per_class": per_class,
    "macro_recall": sum(occurring) / len(occurring), "ece": ece,
    "nll": sum(-math.log(row[t]) for t, row in zip(labels, probs)) / N,
    "brier": sum((p - (j == t)) ** 2 for t, row in zip(labels, probs) for j, p in enumerate(row)) / N,
    "temperature": math.exp((low + high) / 2),
    "energy": [math.log(sum(math.exp(v) for v in row)) for row in logits[:20]],
    "known": known, "other": other, "auroc": pairs / len(known) / len(other),
    "threshold": threshold, "fpr95": sum(s >= threshold for s in other) / len(other),
    "wilson": [{"k": k, "n": n, "interval": wilson(k, n)} for k, n in [(0, 7), (7, 7), (1, 3), (9379, 10000), (5000, 10000), (229, 1585)]],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json"), "w") as f:
    json.dump(reference, f, separators=(",", ":"))
    f.write("\n")
