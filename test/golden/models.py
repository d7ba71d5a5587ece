"""Writes models.json: the formulas of src/models in float64, by JAX. Run: python test/golden/models.py"""

import json
import pathlib

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
jnp = jax.numpy
rng = np.random.default_rng(20240607)


def single(*shape, scale=1.0):
    """Numbers that float32 holds exactly."""
    return np.round(rng.normal(size=shape) * scale * 256) / 256


def cross_entropy():
    rows, widths = 6, [2, 5, 3]
    logits = [single(rows, width, scale=4) for width in widths]
    codes = [rng.integers(0, width, rows) for width in widths]
    logits[0][0] = [-300.0, 300.0]  # the code's probability is nil in float32
    codes[0][0] = 1
    hots = [np.eye(width)[code] for width, code in zip(widths, codes)]
    upstream = single(rows)

    def loss(xs):
        return -sum(jnp.sum(jax.nn.log_softmax(x) * hot, 1) for x, hot in zip(xs, hots))

    gradients = jax.grad(lambda xs: jnp.sum(loss(xs) * upstream))(logits)
    return {
        "logits": [x.tolist() for x in logits],
        "codes": [c.tolist() for c in codes],
        "upstream": upstream.tolist(),
        "loss": loss(logits).tolist(),
        "gradients": [g.tolist() for g in gradients],
    }


def divergence():
    mu, log_var, noise = single(5, 4, scale=2), single(5, 4, scale=3), single(5, 4)

    def kl(mu, log_var):
        return 0.5 * jnp.sum(mu**2 + jnp.exp(log_var) - 1 - log_var, 1)

    # By quadrature as well: E_q[log q - log p], so that the formula itself is tested.
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    z = mu[..., None] + np.exp(log_var / 2)[..., None] * nodes
    log_q = -0.5 * (nodes**2 + log_var[..., None])
    integral = np.sum((log_q + 0.5 * z**2) * weights, -1).sum(-1) / np.sqrt(2 * np.pi)
    assert np.allclose(integral, kl(mu, log_var))
    gradients = jax.grad(lambda m, v: jnp.sum(kl(m, v)), argnums=(0, 1))(mu, log_var)
    return {
        "mu": mu.tolist(),
        "logVar": log_var.tolist(),
        "noise": noise.tolist(),
        "divergence": kl(mu, log_var).tolist(),
        "gradients": [g.tolist() for g in gradients],
        "draw": (mu + np.exp(log_var / 2) * noise).tolist(),
    }


def activations():
    x = np.concatenate([np.linspace(-8, 8, 33), single(16, scale=2)])
    functions = {
        "relu": jax.nn.relu,
        "tanh": jnp.tanh,
        "sigmoid": jax.nn.sigmoid,
        "elu": jax.nn.elu,
        "softplus": jax.nn.softplus,
        "identity": lambda x: x,
    }
    return {"x": x.tolist(), **{name: f(x).tolist() for name, f in functions.items()}}


def dense():
    widths = [3, 4, 2]
    kernels = [single(a, b) for a, b in zip(widths, widths[1:])]
    biases = [single(b) for b in widths[1:]]
    x = single(5, 3)
    out = np.tanh(x @ kernels[0] + biases[0]) @ kernels[1] + biases[1]
    as_list = lambda arrays: [a.tolist() for a in arrays]
    return {"widths": widths, "kernels": as_list(kernels), "biases": as_list(biases), "x": x.tolist(), "out": out.tolist()}


golden = {"crossEntropy": cross_entropy(), "divergence": divergence(), "activations": activations(), "dense": dense()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
