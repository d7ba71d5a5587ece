"""Reference numbers for src/report by scipy, pandas, scikit-learn and numpy: SDMetrics' definitions, distances by brute force.

    python test/golden/report.py > test/golden/report.json    (numpy, scipy, pandas, scikit-learn)
"""
import json
import warnings
import numpy as np
import pandas as pd
from scipy.stats import ks_2samp, rankdata
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import r2_score, roc_auc_score

warnings.filterwarnings("ignore")
rng = np.random.default_rng(11)


def table(n, shift):
    x = np.round(rng.normal(shift, 2, n), 1)
    y = np.round(0.6 * x + rng.normal(0, 1 + shift, n), 1)
    z = rng.integers(0, 4, n).astype(float)
    y[rng.random(n) < 0.1] = np.nan
    c = np.where(x + rng.normal(0, 1, n) > 0.3, "high", np.where(rng.random(n) < 0.3, "low", "mid")).astype(object)
    c[rng.random(n) < 0.05] = None
    d = np.where(rng.random(n) < 0.5 + shift / 4, "yes", "no").astype(object)
    return pd.DataFrame({"x": x, "y": y, "z": z, "c": c, "d": d})


numbers, categories = ["x", "y", "z"], ["c", "d"]
real, synthetic, holdout = table(240, 0.0), table(200, 0.3), table(240, 0.0)
for frame in (synthetic, holdout):
    frame.iloc[:9] = real.iloc[:9].values
real.iloc[8] = real.iloc[7]
text = lambda column: column.map(lambda v: "null" if v is None else v)


def tv(a, b):
    return a.value_counts(normalize=True).sub(b.value_counts(normalize=True), fill_value=0).abs().sum() / 2


def binned(frame, name):
    if name in categories:
        return text(frame[name])
    edges = np.histogram_bin_edges(real[name].dropna(), 10)
    bins = pd.Series(np.clip(np.digitize(frame[name].astype(float), edges[1:-1]), 0, 9).astype(str))
    return bins.where(frame[name].notna().values, "null")


def contingency(a, b):
    pair = lambda frame: binned(frame, a).reset_index(drop=True) + "|" + binned(frame, b).reset_index(drop=True)
    return 1 - tv(pair(real), pair(synthetic))


def correlation(a, b):
    r = lambda frame: frame[a].astype(float).corr(frame[b].astype(float))
    return 1 - abs(r(real) - r(synthetic)) / 2


names = list(real)
pairs = {
    f"{a}|{b}": correlation(a, b) if a in numbers and b in numbers else contingency(a, b)
    for i, a in enumerate(names) for b in names[i + 1:]
}


def design(frame):
    parts = []
    for name in names:
        if name in numbers:
            known = real[name].dropna().astype(float)
            low, centre, high = np.quantile(known, [0.25, 0.5, 0.75])
            values = frame[name].astype(float)
            parts += [((values - centre) / (high - low or known.std(ddof=0))).fillna(0).values, values.isna().astype(float).values]
        else:
            parts += [(text(frame[name]) == level).astype(float).values for level in sorted(set(text(real[name])))]
    return np.stack(parts, 1)


X = np.concatenate([design(real), design(synthetic)])
label = np.r_[np.zeros(len(real)), np.ones(len(synthetic))]
folds = rng.permutation(len(label)) % 3
aucs = []
for fold in range(3):
    model = LogisticRegression(C=1, tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(X[folds != fold], label[folds != fold])
    aucs.append(roc_auc_score(label[folds == fold], model.decision_function(X[folds == fold])))


def ranks(frame, name):
    known = np.sort(real[name].dropna().astype(float).values)
    values = frame[name].astype(float).values
    return np.where(np.isnan(values), np.nan, (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / 2 / len(known))


def distances(a, b):
    total = np.zeros((len(a), len(b)))
    for name in names:
        if name in numbers:
            p, q = ranks(a, name)[:, None], ranks(b, name)[None, :]
            apart = np.abs(p - q)
            total += np.where(np.isnan(p) & np.isnan(q), 0, np.where(np.isnan(p) | np.isnan(q), 1, apart))
        else:
            total += text(a[name]).values[:, None] != text(b[name]).values[None, :]
    return np.sort(total, 1)


toReal, toHoldout = distances(synthetic, real), distances(synthetic, holdout)
nearer = np.where(np.isclose(toReal[:, 0], toHoldout[:, 0], rtol=0, atol=1e-6), 0.5, toReal[:, 0] < toHoldout[:, 0])
ratio = np.array([1 if b < 1e-9 else a / b for a, b in toReal[:, :2]])
key = lambda frame: [tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False)]
counts = pd.Series(key(real)).value_counts()
copies = sum(counts.get(k, 0) == 1 for k in key(synthetic))


def boosting(n):
    X = np.round(rng.normal(0, 1, (n, 5)), 1)
    logit = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 2]) + 0.5 * X[:, 3]
    return X, (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(float), np.round(logit + rng.normal(0, 0.5, n), 3)


XA, classA, valueA = boosting(1500)
XB, classB, valueB = boosting(600)
options = dict(early_stopping=False, max_iter=60)
classifier = HistGradientBoostingClassifier(**options).fit(XA, classA)
regressor = HistGradientBoostingRegressor(**options).fit(XA, valueA)
plain = lambda frame: {c: [None if pd.isna(v) else v for v in frame[c]] for c in frame}
print(json.dumps({
    "real": plain(real), "synthetic": plain(synthetic), "holdout": plain(holdout),
    "ks": {c: 1 - ks_2samp(real[c].dropna().astype(float), synthetic[c].dropna().astype(float)).statistic for c in numbers},
    "tv": {c: 1 - tv(text(real[c]), text(synthetic[c])) for c in categories},
    "pairs": pairs,
    "detection": {"folds": folds.tolist(), "auc": np.mean(aucs), "score": 1 - np.mean([max(a, 0.5) * 2 - 1 for a in aucs])},
    "closest": {"share": nearer.mean(), "standardError": nearer.std() / np.sqrt(len(nearer)),
                "nearest": toReal[:, 0].tolist(), "second": toReal[:, 1].tolist()},
    "ratio": {"mean": ratio.mean(), "fifth": np.sort(ratio)[int(0.05 * len(ratio))]},
    "copies": int(copies),
    "valid": {"x": float(((synthetic.x >= real.x.min()) & (synthetic.x <= real.x.max())).mean()), "z": 1.0},
    "boosting": {
        "training": {"x": XA.T.tolist(), "class": classA.tolist(), "value": valueA.tolist()},
        "test": {"x": XB.T.tolist(), "class": classB.tolist(), "value": valueB.tolist()},
        "logOdds": classifier.decision_function(XB).tolist(),
        "predicted": regressor.predict(XB).tolist(),
        "auc": roc_auc_score(classB, classifier.decision_function(XB)),
        "r2": r2_score(valueB, regressor.predict(XB)),
    },
    "roc": (lambda s, y: {"scores": s.tolist(), "positive": y.tolist(), "auc": roc_auc_score(y, s)})(
        np.round(rng.random(50), 1), (rng.random(50) < 0.4).astype(int)),
}))
