"""Runs an ONNX file: arguments FILE, and on standard input JSON {name: {dtype, shape, values}}; prints the outputs alike."""

import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
feeds = {
    name: np.array(given["values"], given["dtype"]).reshape(given["shape"])
    for name, given in json.load(sys.stdin).items()
}
names = [output.name for output in session.get_outputs()]
outputs = dict(zip(names, session.run(names, feeds)))
print(
    json.dumps(
        {
            "inputs": {i.name: {"dtype": i.type, "shape": i.shape} for i in session.get_inputs()},
            "outputs": {
                name: {"dtype": str(value.dtype), "shape": value.shape, "values": value.ravel().tolist()}
                for name, value in outputs.items()
            },
        }
    )
)
