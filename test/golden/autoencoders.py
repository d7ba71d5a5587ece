"""Writes autoencoders.json: losses, gradients and outputs of the factorised VAE and the autoencoders in float64, by JAX.

The gradients are central differences, and agree with JAX's own. Run: python test/golden/autoencoders.py
"""

import json
import pathlib

import jax
import numpy as np
from scipy.stats import norm

jax.config.update("jax_enable_x64", True)
jnp = jax.numpy
rng = np.random.default_rng(20261124)


def single(*shape, scale=1.0):
    """Numbers that float32 holds exactly."""
    return np.round(rng.normal(size=shape) * scale * 256) / 256


ACTIVATIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "elu": jax.nn.elu,
    "identity": lambda x: x,
}


def values_of(span):
    return 1 if span["likelihood"] == "categorical" else span["width"] + int(span.get("nullable", False))


def outputs_of(span):
    return span["width"] + int(span.get("nullable", False))


def parts(x, widths):
    return jnp.split(x, np.cumsum(widths)[:-1], axis=1)


def bernoulli(logits, x):
    p = jax.nn.sigmoid(logits)
    return -jnp.sum(x * jnp.log(p) + (1 - x) * jnp.log(1 - p), 1)


def cross_entropy(span, y, x, log_var, squared):
    """-log p(x | y) of a span, or its distance where `squared`."""
    if span["likelihood"] == "categorical":
        return -jnp.take_along_axis(jax.nn.log_softmax(y), x.astype(int), 1)[:, 0]
    if span["likelihood"] == "bernoulli":
        return bernoulli(y, x)
    nullable = span.get("nullable", False)
    mu, value = (y[:, 1:], x[:, 1:]) if nullable else (y, x)
    loss = (value - mu) ** 2 if squared else -norm_logpdf(value, mu, log_var)
    if not nullable:
        return jnp.sum(loss, 1)
    return bernoulli(y[:, :1], x[:, :1]) + jnp.sum(x[:, :1] * loss, 1)


def norm_logpdf(x, mu, log_var):
    return -0.5 * (jnp.log(2 * jnp.pi) + log_var + (x - mu) ** 2 / jnp.exp(log_var))


def inputs_of(spans, x):
    columns = parts(x, [values_of(s) for s in spans])
    one_hot = lambda s, c: jax.nn.one_hot(c[:, 0].astype(int), s["width"])
    return [one_hot(s, c) if s["likelihood"] == "categorical" else c for s, c in zip(spans, columns)]


def record_loss(spans, p, y, x, squared=False):
    ys, xs = parts(y, [outputs_of(s) for s in spans]), parts(x, [values_of(s) for s in spans])
    terms = zip(spans, ys, xs)
    return sum(cross_entropy(s, a, b, p.get(f"likelihood.{i}"), squared) for i, (s, a, b) in enumerate(terms))


def layers(p, name, x, activation):
    """Every dense layer before its activation."""
    out = []
    while f"{name}.{len(out)}.kernel" in p:
        i = len(out)
        x = ACTIVATIONS[activation](out[-1]) if out else x
        out.append(x @ p[f"{name}.{i}.kernel"] + p[f"{name}.{i}.bias"])
    return out


def conv(x, kernel, stride):
    return jax.lax.conv_general_dilated(x, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def conv_transposed(x, kernel, stride):
    """The gradient of a convolution towards its input, which is what transposed means."""
    shape = (x.shape[0], x.shape[1] * stride, x.shape[2] * stride, kernel.shape[2])
    return jax.vjp(lambda big: conv(big, kernel, stride), jnp.zeros(shape))[1](x)[0]


def encode(case, p, x):
    net, columns = case["network"], inputs_of(case["spans"], x)
    act = ACTIVATIONS[net["activation"]]
    if net["kind"] == "convolutional":
        flat, rest, image = [], [], 0
        for span, column in zip(case["spans"], columns):
            if "shape" not in span:
                rest.append(column)
                continue
            out = column.reshape(-1, *span["shape"])
            for i in range(len(net["filters"])):
                name = f"encoder.image.{image}.{i}"
                out = act(conv(out, p[f"{name}.kernel"], net["stride"]) + p[f"{name}.bias"])
            flat.append(out.reshape(len(x), -1))
            image += 1
        columns = flat + rest
    outs = layers(p, "encoder", jnp.concatenate(columns, 1), net["activation"])
    return [act(o) for o in outs[:-1]], outs[-1]


def decode(case, p, z):
    net = case["network"]
    if net["kind"] == "dense":
        return layers(p, "decoder", z, net["activation"])[-1]
    act, rest, out = ACTIVATIONS[net["activation"]], layers(p, "decoder", z, net["activation"]), []
    image, at = 0, 0
    for span in case["spans"]:
        width = outputs_of(span)
        if "shape" not in span:
            out.append(rest[-1][:, at : at + width])
            at += width
            continue
        scale = net["stride"] ** len(net["filters"])
        grid = [span["shape"][0] // scale, span["shape"][1] // scale, net["filters"][-1]]
        name = f"decoder.image.{image}"
        h = act((z @ p[f"{name}.grid.0.kernel"] + p[f"{name}.grid.0.bias"]).reshape(-1, *grid))
        for i in range(len(net["filters"])):
            h = act(conv_transposed(h, p[f"{name}.{i}.kernel"], net["stride"]) + p[f"{name}.{i}.bias"])
        out.append((conv_transposed(h, p[f"{name}.last.kernel"], 1) + p[f"{name}.last.bias"]).reshape(len(z), -1))
        image += 1
    return jnp.concatenate(out, 1)


def divergences(mu, log_var):
    return 0.5 * (mu**2 + jnp.exp(log_var) - 1 - log_var)


def vae_objective(case, p, inputs):
    weights = inputs["weights"]
    mu, log_var = jnp.split(encode(case, p, inputs["values"])[1], 2, 1)
    z = mu + jnp.exp(log_var / 2) * inputs["noise"]
    reconstruction = record_loss(case["spans"], p, decode(case, p, z), inputs["values"])
    terms = divergences(mu, log_var)
    charged = jnp.maximum(terms, case["freeBits"]) if case["freeBits"] > 0 else terms
    metrics = {"reconstruction": reconstruction @ weights, "divergence": terms.sum(1) @ weights}
    return {"loss": metrics["reconstruction"] + inputs["beta"][0] * (charged.sum(1) @ weights), **metrics}


def autoencoder_objective(case, p, inputs):
    weights = inputs["weights"]
    hidden, output = encode(case, p, inputs["values"])
    code = ACTIVATIONS[case["codeActivation"]](output)
    distance = record_loss(case["spans"], p, decode(case, p, code), inputs["values"], squared=True)
    reconstruction = distance @ weights
    sparsity = case.get("sparsity")
    if sparsity is None:
        return {"loss": reconstruction, "reconstruction": reconstruction}
    a = code if sparsity["layer"] == "code" else hidden[sparsity["layer"]]
    share = weights.sum()
    if sparsity["kind"] == "l1":
        summed = weights @ jnp.abs(a)
        penalty = sparsity["weight"] * summed.sum()
    else:
        summed = weights @ a
        rho, hat = sparsity["target"], summed / share
        penalty = share * sparsity["weight"] * jnp.sum(rho * jnp.log(rho / hat) + (1 - rho) * jnp.log((1 - rho) / (1 - hat)))
    return {"loss": reconstruction + penalty, "reconstruction": reconstruction, "penalty": penalty, "sparsity": summed}


def best(spans, y):
    out = []
    for span, part in zip(spans, parts(y, [outputs_of(s) for s in spans])):
        if span["likelihood"] == "categorical":
            out.append(jnp.argmax(part, 1)[:, None].astype(float))
        elif span["likelihood"] == "bernoulli":
            out.append(jax.nn.sigmoid(part))
        else:
            out.append(jnp.concatenate([jax.nn.sigmoid(part[:, :1]), part[:, 1:]], 1) if span.get("nullable") else part)
    return jnp.concatenate(out, 1)


def draw(spans, p, y, uniforms):
    out, us = [], parts(uniforms, [values_of(s) for s in spans])
    for i, (span, part, u) in enumerate(zip(spans, parts(y, [outputs_of(s) for s in spans]), us)):
        if span["likelihood"] == "categorical":
            cumulative = np.cumsum(jax.nn.softmax(part), 1)
            out.append(np.minimum((cumulative < u).sum(1, keepdims=True), span["width"] - 1).astype(float))
        elif span["likelihood"] == "bernoulli":
            chance = np.asarray(jax.nn.sigmoid(part))
            out.append(chance if "shape" in span else (u < chance).astype(float))
        else:
            lead = int(span.get("nullable", False))
            noise = np.exp(p[f"likelihood.{i}"] / 2) * norm.ppf(u[:, lead:])
            value = part[:, lead:] + (0 if "shape" in span else noise)
            out.append(np.concatenate([(u[:, :lead] < np.asarray(jax.nn.sigmoid(part[:, :lead]))).astype(float), value], 1))
    return np.concatenate(out, 1)


def outputs(case, p, inputs, uniforms):
    """What the graphs give, one row a record."""
    x = inputs["values"]
    encoded = encode(case, p, x)[1]
    if case["kind"] == "autoencoder":
        code = ACTIVATIONS[case["codeActivation"]](encoded)
        y = decode(case, p, code)
        return {
            "encoder": {"code": code},
            "reconstructor": {"reconstructed": best(case["spans"], y)},
            "scorer": {"reconstruction": record_loss(case["spans"], p, y, x, squared=True)},
        }
    mu, log_var = jnp.split(encoded, 2, 1)
    z = mu + jnp.exp(log_var / 2) * inputs["noise"]
    reconstruction = record_loss(case["spans"], p, decode(case, p, z), x)
    # By densities, not by the closed form that the model uses.
    log_prior = norm_logpdf(z, 0.0, 0.0).sum(1)
    log_posterior = norm_logpdf(z, mu, log_var).sum(1)
    return {
        "encoder": {"mu": mu, "logVar": log_var},
        "decoder": {"values": draw(case["spans"], p, decode(case, p, z), uniforms)},
        "latent": {"z": z},
        "reconstructor": {"reconstructed": best(case["spans"], decode(case, p, mu))},
        "scorer": {
            "reconstruction": reconstruction,
            "divergence": divergences(mu, log_var).sum(1),
            "logWeight": log_prior - log_posterior - reconstruction,
        },
    }


def records(spans, rows):
    columns = []
    for span in spans:
        if span["likelihood"] == "categorical":
            columns.append(rng.integers(0, span["width"], (rows, 1)).astype(float))
        elif span["likelihood"] == "bernoulli":
            pixels = np.round(rng.uniform(size=(rows, span["width"])) * 256) / 256
            columns.append(pixels if "shape" in span else (pixels > 0.5).astype(float))
        else:
            value = single(rows, span["width"])
            if span.get("nullable"):
                present = (rng.uniform(size=(rows, 1)) > 0.4).astype(float)
                value = np.concatenate([present, present * value], 1)
            columns.append(value)
    return np.concatenate(columns, 1)


def dense_shapes(name, widths):
    shapes = {}
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        shapes[f"{name}.{i}.kernel"], shapes[f"{name}.{i}.bias"] = (a, b), (b,)
    return shapes


def shapes_of(case):
    spans, net = case["spans"], case["network"]
    encoded = case["latent"] * (2 if case["kind"] == "vae" else 1)
    wide_in = sum(s["width"] if s["likelihood"] == "categorical" else values_of(s) for s in spans)
    wide_out = sum(outputs_of(s) for s in spans)
    shapes = {}
    if net["kind"] == "convolutional":
        images = [s for s in spans if "shape" in s]
        area = sum(s["width"] for s in images)
        scale = net["stride"] ** len(net["filters"])
        deepest, k = net["filters"][-1], net["kernelSize"]
        grids = [s["shape"][0] // scale * (s["shape"][1] // scale) * deepest for s in images]
        shapes |= dense_shapes("encoder", [wide_in - area + sum(grids), *net["hidden"], encoded])
        if wide_out > area:
            shapes |= dense_shapes("decoder", [case["latent"], *net["hidden"][::-1], wide_out - area])
        for i, (span, grid) in enumerate(zip(images, grids)):
            down = [span["shape"][2], *net["filters"]]
            up = net["filters"][::-1]
            for j, (a, b) in enumerate(zip(down, down[1:])):
                shapes[f"encoder.image.{i}.{j}.kernel"], shapes[f"encoder.image.{i}.{j}.bias"] = (k, k, a, b), (b,)
            shapes |= dense_shapes(f"decoder.image.{i}.grid", [case["latent"], grid])
            for j, (a, b) in enumerate(zip([deepest, *up], up)):
                shapes[f"decoder.image.{i}.{j}.kernel"], shapes[f"decoder.image.{i}.{j}.bias"] = (k, k, b, a), (b,)
            shapes[f"decoder.image.{i}.last.kernel"] = (k, k, span["shape"][2], up[-1])
            shapes[f"decoder.image.{i}.last.bias"] = (span["shape"][2],)
    else:
        shapes |= dense_shapes("encoder", [wide_in, *net["hidden"], encoded])
        shapes |= dense_shapes("decoder", [case["latent"], *net["hidden"][::-1], wide_out])
    if case["kind"] == "vae":
        for i, span in enumerate(spans):
            if span["likelihood"] == "gaussian":
                shapes[f"likelihood.{i}"] = (span["width"],)
    return shapes


def golden_of(case):
    rows = 5
    p = {name: single(*shape, scale=0.4) for name, shape in shapes_of(case).items()}
    x = records(case["spans"], rows)
    # The last row only fills up.
    weights = np.array([0.2, 0.2, 0.2, 0.2, 0.0])
    inputs = {"values": x, "weights": weights}
    if case["kind"] == "vae":
        inputs |= {"noise": single(rows, case["latent"]), "beta": np.array([0.75])}
    uniforms = (np.floor(rng.uniform(size=x.shape) * 255) + 0.5) / 256
    objective = vae_objective if case["kind"] == "vae" else autoencoder_objective
    loss = jax.jit(lambda q: objective(case, q, inputs)["loss"])
    by_jax = jax.grad(loss)(p)
    gradients = {}
    for name, value in p.items():
        steps = np.zeros(value.shape)
        for place in np.ndindex(*value.shape):
            step = np.zeros(value.shape)
            step[place] = 1e-5
            steps[place] = (loss({**p, name: value + step}) - loss({**p, name: value - step})) / 2e-5
        assert np.allclose(steps, by_jax[name], rtol=1e-5, atol=1e-8), (case["name"], name)
        gradients[name] = steps
    flat = lambda tree: jax.tree.map(lambda a: np.asarray(a).ravel().tolist(), tree)
    return {
        "case": case,
        "shapes": {name: list(value.shape) for name, value in p.items()},
        "rows": rows,
        "weights": flat(p),
        "inputs": flat(inputs),
        "uniforms": flat(uniforms),
        "metrics": flat(objective(case, p, inputs)),
        "gradients": flat(gradients),
        "outputs": flat(outputs(case, p, inputs, uniforms)),
    }


mixed = [
    {"name": "age", "likelihood": "gaussian", "width": 1},
    {"name": "job", "likelihood": "categorical", "width": 4},
    {"name": "pay", "likelihood": "gaussian", "width": 1, "nullable": True},
    {"name": "flag", "likelihood": "bernoulli", "width": 1},
]
real = [{"name": f"x{i}", "likelihood": "gaussian", "width": 1} for i in range(4)]
image = {"name": "digit", "likelihood": "bernoulli", "width": 64, "shape": [8, 8, 1]}
colour = {"name": "icon", "likelihood": "gaussian", "width": 48, "shape": [4, 4, 3]}


def dense(*hidden, activation="tanh"):
    return {"kind": "dense", "hidden": list(hidden), "activation": activation}


convolutional = {
    "kind": "convolutional", "filters": [2, 3], "kernelSize": 3, "stride": 2, "hidden": [4], "activation": "tanh",
}


def vae(name, spans, network, latent=2, free_bits=0):
    return {"name": name, "kind": "vae", "spans": spans, "network": network, "latent": latent, "freeBits": free_bits}


def autoencoder(name, spans, network, latent=2, activation="identity", sparsity=None):
    case = {"name": name, "kind": "autoencoder", "spans": spans, "network": network, "latent": latent}
    return {**case, "codeActivation": activation, **({} if sparsity is None else {"sparsity": sparsity})}


cases = [
    vae("VAE of mixed columns", mixed, dense(5)),
    vae("VAE with free bits", mixed, dense(6, 5), free_bits=0.3),
    vae("VAE of pixels", [image], dense(5, activation="elu")),
    vae("convolutional VAE", [image], {**convolutional, "hidden": [4]}, latent=2),
    vae("convolutional VAE among columns", [mixed[0], colour, mixed[1]], {**convolutional, "filters": [3]}),
    autoencoder("linear autoencoder", real, dense()),
    autoencoder("autoencoder of mixed columns", mixed, dense(5)),
    autoencoder("autoencoder sparse by L1", mixed, dense(5), 3, "tanh", {"kind": "l1", "weight": 0.3, "layer": "code"}),
    autoencoder(
        "autoencoder sparse by KL", mixed, dense(5), 3, "sigmoid", {"kind": "kl", "target": 0.05, "weight": 0.7, "layer": "code"}
    ),
    autoencoder(
        "autoencoder sparse by KL in a hidden layer", mixed, dense(5, 4, activation="sigmoid"), 3, "identity",
        {"kind": "kl", "target": 0.1, "weight": 0.7, "layer": 0},
    ),
    autoencoder("convolutional autoencoder", [image, mixed[0]], convolutional),
]
golden = [golden_of(case) for case in cases]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
