"""What variants do for a classifier with few rows: AUC on test rows of classifiers trained on a slice, and on slice and variants.

Run, after `npm run build`: python test/bench/few_rows.py TRAIN.csv TEST.csv TARGET POSITIVE [--rows 2000] [--copies 5] [--seeds 5]
Needs pandas and scikit-learn.
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("test")
parser.add_argument("target")
parser.add_argument("positive")
parser.add_argument("--rows", type=int, default=2000)
parser.add_argument("--copies", type=int, default=5)
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--flags", default="", help="further flags of rx-augment augment")
args = parser.parse_args()
cli = pathlib.Path(__file__).parents[2] / "dist" / "cli.js"


def read(path):
    return pd.read_csv(path, skipinitialspace=True)


train, test = read(args.train), read(args.test)
texts = [c for c in train if not pd.api.types.is_numeric_dtype(train[c]) and c != args.target]
numbers = [c for c in train if c not in texts and c != args.target]


def auc(model, rows):
    model.fit(rows.drop(columns=args.target), rows[args.target] == args.positive)
    truth = test[args.target] == args.positive
    return roc_auc_score(truth, model.predict_proba(test.drop(columns=args.target))[:, 1])


def boosting():
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    encode = make_column_transformer((codes, texts), ("passthrough", numbers))
    return make_pipeline(encode, HistGradientBoostingClassifier(random_state=0))


def logistic():
    one_hot = OneHotEncoder(handle_unknown="ignore")
    encode = make_column_transformer((one_hot, texts), (StandardScaler(), numbers))
    return make_pipeline(encode, LogisticRegression(max_iter=2000))


models = {"gradient boosting": boosting, "logistic regression": logistic}
gains = {name: [] for name in models}
print(f"AUC on {len(test)} test rows, {args.rows} training rows, {args.copies} variants of each")
print("seed   classifier             originals   with variants   gain")
for seed in range(1, args.seeds + 1):
    rows = train.sample(args.rows, random_state=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows.csv"
        rows.to_csv(path, index=False)
        command = ["node", cli, "augment", str(args.copies), path, "--seed", str(seed), "--target", args.target, "--quiet"]
        out = subprocess.run([*command, *args.flags.split()], check=True, capture_output=True, text=True).stdout
        more = pathlib.Path(folder) / "more.csv"
        more.write_text(out)
        augmented = read(more)
    assert len(augmented) == (args.copies + 1) * args.rows
    for name, make in models.items():
        before, after = auc(make(), rows), auc(make(), augmented)
        gains[name].append(after - before)
        print(f"{seed:<6} {name:22} {before:.4f}      {after:.4f}          {100 * (after - before):+.2f} points")
for name, values in gains.items():
    better = sum(g > 0 for g in values)
    print(f"mean   {name:22} {100 * np.mean(values):+.2f} points, better in {better} of {len(values)}")
