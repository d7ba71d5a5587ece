"""Reference numbers for src/report: column-shape and pair-trend errors (SDMetrics' definitions) by scipy and numpy.

    python test/golden/fidelity.py > test/golden/fidelity.json    (numpy, scipy)
"""
import json
import numpy as np
from scipy.stats import ks_2samp

rng = np.random.default_rng(7)


def table(n, shift):
    x = np.round(rng.normal(shift, 2, n), 2)
    y = np.round(0.6 * x + rng.normal(0, 1 + shift, n), 2)
    c = np.where(x + rng.normal(0, 1, n) > 0.3, "high", np.where(rng.random(n) < 0.3, "low", "mid"))
    return {"x": x.tolist(), "y": y.tolist(), "c": c.tolist()}


def tv(a, b):
    labels = sorted(set(a) | set(b))
    return 0.5 * sum(abs(np.mean([v == k for v in a]) - np.mean([v == k for v in b])) for k in labels)


def bins(values, real):
    edges = np.histogram_bin_edges(real, 10)
    return np.clip(np.digitize(values, edges[1:-1]), 0, 9).tolist()


real, synthetic = table(400, 0.0), table(300, 0.4)
pair = lambda t: [f"{b}|{c}" for b, c in zip(bins(t["x"], real["x"]), t["c"])]
print(json.dumps({
    "real": real,
    "synthetic": synthetic,
    "ks": {k: ks_2samp(real[k], synthetic[k]).statistic for k in ("x", "y")},
    "tv": tv(real["c"], synthetic["c"]),
    "correlation": abs(np.corrcoef(real["x"], real["y"])[0, 1] - np.corrcoef(synthetic["x"], synthetic["y"])[0, 1]) / 2,
    "contingency": tv(pair(real), pair(synthetic)),
}))
