"""Trains a classifier on augmented records while they stream by, batch by batch:

rx-augment augment 5 in.csv --model model --format arrow | python examples/train.py income '<=50K' '>50K'
"""

import datetime
import sys

import pyarrow
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier
from sklearn.preprocessing import StandardScaler

label, *classes = sys.argv[1:]
hasher = FeatureHasher(n_features=2**12)
scaler = StandardScaler(with_mean=False)
classifier = SGDClassifier(loss="log_loss", average=True, random_state=1)


def features(record):
    """Texts as they are, for the hasher; dates as days, times as seconds; nulls left out."""
    for name, value in record.items():
        if name == label or value is None:
            continue
        if isinstance(value, datetime.datetime):
            yield name, value.timestamp()
        elif isinstance(value, datetime.date):
            yield name, value.toordinal()
        else:
            yield name, value if isinstance(value, str) else float(value)


rows = right = 0
with pyarrow.ipc.open_stream(sys.stdin.buffer) as batches:
    for batch in batches:
        records = [record for record in batch.to_pylist() if record[label] is not None]
        x = hasher.transform(dict(features(record)) for record in records)
        x = scaler.partial_fit(x).transform(x)
        y = [str(record[label]) for record in records]
        if rows > 0:
            right += sum(classifier.predict(x) == y)
        else:
            first = len(records)
        classifier.partial_fit(x, y, classes=classes)
        rows += len(records)
print(f"{rows} rows, {right / max(1, rows - first):.3f} of those after the first batch predicted before they were learned")
