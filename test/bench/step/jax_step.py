"""One contender of the step benchmark: the same VAE in JAX, jitted with optax.adam. Reads seconds from stdin a line, writes ms a step."""
import sys, time
import jax, jax.numpy as jnp, optax

SHAPES = {"tabular": ([100, 128, 128], 128, 500), "mnist": ([784, 512], 20, 128), "tiny": ([20, 64], 8, 64)}
widths, latent, rows = SHAPES[sys.argv[1]]
key = jax.random.PRNGKey(0)


def layers(key, sizes):
    keys = jax.random.split(key, len(sizes))
    return [(jax.random.uniform(k, (a, b), minval=-1, maxval=1) * (6 / (a + b)) ** 0.5, jnp.zeros(b)) for k, a, b in zip(keys, sizes, sizes[1:])]


def dense(ps, x):
    for i, (w, b) in enumerate(ps):
        x = (jax.nn.relu(x) if i else x) @ w + b
    return x


params = (layers(key, widths + [2 * latent]), layers(key, [latent] + widths[1:][::-1] + widths[:1]))
optimizer = optax.adam(1e-3)


def loss(ps, x, noise):
    mu, log_var = jnp.split(dense(ps[0], x), 2, 1)
    logits = dense(ps[1], mu + jnp.exp(0.5 * log_var) * noise)
    cross_entropy = jnp.sum(jax.nn.softplus(logits) - x * logits, 1)
    return jnp.mean(cross_entropy + 0.5 * jnp.sum(mu**2 + jnp.exp(log_var) - log_var - 1, 1))


def step(ps, state, x, noise):
    value, grads = jax.value_and_grad(loss)(ps, x, noise)
    updates, state = optimizer.update(grads, state)
    return optax.apply_updates(ps, updates), state, value


step = jax.jit(step, donate_argnums=(0, 1))
state = optimizer.init(params)
x, noise = jax.random.uniform(key, (rows, widths[0])), jax.random.normal(key, (rows, latent))
for _ in range(20):
    params, state, value = step(params, state, x, noise)
value.block_until_ready()
print("ready", flush=True)
for line in sys.stdin:
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < float(line):
        for _ in range(16):
            params, state, value = step(params, state, x, noise)
        value.block_until_ready()
        count += 16
    print(1000 * (time.perf_counter() - begun) / count, flush=True)
