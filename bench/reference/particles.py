"""The Euler steps of bench/particles.js in vectorised NumPy.

Arguments: particles, steps, repeats, alpha; prints the median nanoseconds of processor time a particle and step.

Noise by the formula of Chambers, Mallows and Stuck (1976); where SciPy is installed also by its own sampler.
"""
import json
import sys
import time

import numpy as np

particles, steps, repeats = map(int, sys.argv[1:4])
alpha = float(sys.argv[4])
d, m, step, sigma = 4, 32, 0.025, 0.5


def formula(rng, shape, dtype):
    angle = (rng.random(shape, dtype=dtype) - dtype(0.5)) * dtype(np.pi)
    time_ = rng.standard_exponential(shape, dtype=dtype)
    a = dtype(alpha)
    tilt = (np.cos(angle - a * angle) / time_) ** dtype((1 - alpha) / alpha)
    return np.sin(a * angle) / np.cos(angle) ** dtype(1 / alpha) * tilt


def measure(draw, dtype, steps):
    rng = np.random.default_rng(0)
    x = (0.75 * rng.standard_normal((m, d))).astype(dtype)
    y = np.tanh(rng.standard_normal(m)).astype(dtype)
    start = rng.standard_normal((particles, d)).astype(dtype)
    scale = dtype(sigma * step ** (1 / alpha))
    times = []
    for _ in range(repeats):
        theta = start.copy()
        began = time.process_time()
        for _ in range(steps):
            h = np.tanh(theta @ x.T)
            residual = h.mean(axis=0) - y
            drift = ((1 - h * h) * residual) @ x / dtype(-m)
            theta = theta + dtype(step) * drift + scale * draw(rng, (particles, d), dtype)
        times.append((time.process_time() - began) * 1e9 / (particles * steps))
    return sorted(times)[repeats // 2]


results = {
    "float64": measure(formula, np.float64, steps),
    "float32": measure(formula, np.float32, steps),
}
try:
    from scipy.stats import levy_stable

    def sampler(rng, shape, dtype):
        return levy_stable.rvs(alpha, 0, size=shape, random_state=rng)

    results["float64, noise of scipy.stats"] = measure(sampler, np.float64, max(1, steps // 4))
except ImportError:
    pass
print(json.dumps(results))
