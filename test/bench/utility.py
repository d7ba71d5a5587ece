"""What new records are worth and what they give away: train-synthetic-test-real AUC, two-sample detection, distance to the closest
record, exact copies, and balanced classes against SMOTE.

Run, after `npm run build`: python test/bench/utility.py TRAIN.csv TEST.csv TARGET POSITIVE [--seeds 1,2,3] [--balance]
Needs pandas and scikit-learn.
"""

import argparse
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, QuantileTransformer, StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("test")
parser.add_argument("target")
parser.add_argument("positive")
parser.add_argument("--seeds", default="1,2,3")
parser.add_argument("--balance", action="store_true", help="balance the target instead: F1 of the rarer class, beside SMOTE")
args = parser.parse_args()
cli = pathlib.Path(__file__).parents[2] / "dist" / "cli.js"


def read(path):
    return pd.read_csv(path, skipinitialspace=True)


real, test = read(args.train), read(args.test)
texts = [c for c in real if not pd.api.types.is_numeric_dtype(real[c])]
numbers = [c for c in real if c not in texts]
feature_texts = [c for c in texts if c != args.target]
feature_numbers = [c for c in numbers if c != args.target]


def boosting(seed=0):
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    encode = make_column_transformer((codes, feature_texts), ("passthrough", feature_numbers))
    return make_pipeline(encode, HistGradientBoostingClassifier(random_state=seed))


def positive(rows):
    return (rows[args.target] == args.positive).to_numpy()


def auc(rows):
    model = boosting().fit(rows.drop(columns=args.target), positive(rows))
    return roc_auc_score(positive(test), model.predict_proba(test.drop(columns=args.target))[:, 1])


def detection(synthetic):
    """AUC of a logistic regression that tells real from synthetic rows, cross-validated: 0.5 is best."""
    rows = pd.concat([real, synthetic.sample(len(real), random_state=0)])
    is_real = np.arange(len(rows)) < len(real)
    encode = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), texts), (StandardScaler(), numbers))
    model = make_pipeline(encode, LogisticRegression(max_iter=1000))
    return roc_auc_score(is_real, cross_val_predict(model, rows, is_real, cv=3, method="predict_proba")[:, 1])


def closeness(synthetic):
    """Share of synthetic rows closer to training than to as many held-out rows, of an ideal 50 %, its standard error; copies."""
    n = min(len(real), len(test), 8000)
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
        (QuantileTransformer(n_quantiles=200), numbers),
    ).fit(real)
    near = lambda rows: NearestNeighbors(n_neighbors=1, n_jobs=2).fit(encode.transform(rows))
    some = encode.transform(synthetic.sample(n, random_state=0))
    to_train = near(real.sample(n, random_state=1)).kneighbors(some)[0][:, 0]
    to_test = near(test.sample(n, random_state=1)).kneighbors(some)[0][:, 0]
    share = (to_train < to_test).mean() + (to_train == to_test).mean() / 2
    unique = set(map(tuple, real[~real.duplicated(keep=False)].astype(str).to_numpy()))
    copies = sum(tuple(row) in unique for row in synthetic.astype(str).to_numpy())
    return share, 0.5 / np.sqrt(n), copies


def run(*words):
    return subprocess.run(["node", cli, *map(str, words)], check=True, capture_output=True, text=True).stdout


def smote(rows, seed):
    """SMOTE-NC (Chawla et al. 2002, section 6.1): between a record and one of five neighbours; categories by the neighbours' vote."""
    rng = np.random.default_rng(seed)
    counts = rows[args.target].value_counts()
    rare = rows[rows[args.target] == counts.idxmin()].reset_index(drop=True)
    spread = rare[feature_numbers].std().median() / 2
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), feature_texts), ("passthrough", feature_numbers)
    )
    x = encode.fit_transform(rare)
    width = x.shape[1] - len(feature_numbers)
    x[:, :width] *= spread / np.sqrt(2)
    neighbours = NearestNeighbors(n_neighbors=6, n_jobs=2).fit(x).kneighbors(x)[1][:, 1:]
    picks = rng.integers(0, len(rare), counts.max() - counts.min())
    others = neighbours[picks, rng.integers(0, 5, len(picks))]
    way = rng.uniform(size=(len(picks), 1))
    new = rare.iloc[picks].reset_index(drop=True)
    a, b = rare[feature_numbers].to_numpy(float)[picks], rare[feature_numbers].to_numpy(float)[others]
    new[feature_numbers] = np.round(a + way * (b - a))
    for c in feature_texts:
        codes, levels = pd.factorize(rare[c])
        votes = codes[neighbours[picks]]
        new[c] = levels[[np.bincount(v[v >= 0], minlength=1).argmax() for v in votes]]
    return pd.concat([rows, new])


def f1(rows, seed):
    model = boosting(seed).fit(rows.drop(columns=args.target), positive(rows))
    return f1_score(positive(test), model.predict(test.drop(columns=args.target)))


seeds = [int(seed) for seed in args.seeds.split(",")]
with tempfile.TemporaryDirectory() as folder:
    if args.balance:
        print("seed   F1 as it is   balanced by SMOTE   balanced by variants   classes")
        table = []
        for seed in seeds:
            out = pathlib.Path(folder) / "balanced.csv"
            run("augment", 0, args.train, "--balance", args.target, "--target", args.target, "--seed", seed, "-o", out, "--quiet")
            balanced = read(out)
            scores = f1(real, seed), f1(smote(real, seed), seed), f1(balanced, seed)
            table.append(scores)
            sizes = "/".join(map(str, balanced[args.target].value_counts()))
            print(f"{seed:<6} {scores[0]:.4f}         {scores[1]:.4f}              {scores[2]:.4f}                 {sizes}")
        print("mean   " + "         ".join(f"{m:.4f}" for m in np.mean(table, 0)))
    else:
        print(f"real data: AUC {auc(real):.4f}")
        print("seed   trained in s   AUC      detection AUC   closer to training   copies of unique rows")
        table = []
        for seed in seeds:
            model, out = pathlib.Path(folder) / f"model{seed}", pathlib.Path(folder) / "new.csv"
            begun = time.perf_counter()
            run("train", args.train, "--model", model, "--target", args.target, "--seed", seed, "--quiet")
            seconds = time.perf_counter() - begun
            run("sample", len(real), "--model", model, "--seed", seed, "-o", out, "--quiet")
            synthetic = read(out)
            share, error, copies = closeness(synthetic)
            scores = auc(synthetic), detection(synthetic), share
            table.append(scores)
            print(
                f"{seed:<6} {seconds:<14.1f} {scores[0]:.4f}   {scores[1]:.4f}          "
                f"{100 * share:.1f} +- {100 * error:.1f} %         {copies} of {len(synthetic)}"
            )
        means = np.mean(table, 0)
        print(f"mean                  {means[0]:.4f}   {means[1]:.4f}          {100 * means[2]:.1f} %")
