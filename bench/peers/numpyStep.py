"""The same step in plain NumPy, for machines without PyTorch: forward, softmax cross-entropy, backward, update, noise."""

import numpy as np
from stable import NumpySampler, scipy_sampler
from turns import serve


def prepare(case):
    batch, inputs, width, classes = (case[name] for name in ("batch", "inputs", "width", "classes"))
    generator = np.random.default_rng(1)
    x = generator.standard_normal((batch, inputs), dtype=np.float32)
    target = np.zeros((batch, classes), np.float32)
    target[np.arange(batch), np.arange(batch) % classes] = 1
    first = generator.standard_normal((width, inputs), dtype=np.float32) / np.float32(np.sqrt(inputs))
    second = generator.standard_normal((classes, width), dtype=np.float32) / np.float32(np.sqrt(width))
    hidden = np.empty((batch, width), np.float32)
    hidden_gradient = np.empty((batch, width), np.float32)
    first_gradient = np.empty((width, inputs), np.float32)
    rate = np.float32(0.001)
    add_noise = noise_of(case, first, float(rate))

    def work():
        np.matmul(x, first.T, out=hidden)
        np.maximum(hidden, 0, out=hidden)
        logits = hidden @ second.T
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        logits -= target
        logits *= rate / np.float32(batch)
        np.matmul(logits, second, out=hidden_gradient)
        np.multiply(hidden_gradient, hidden > 0, out=hidden_gradient)
        np.matmul(hidden_gradient.T, x, out=first_gradient)
        second_gradient = logits.T @ hidden
        np.subtract(first, first_gradient, out=first)
        np.subtract(second, second_gradient, out=second)
        add_noise()

    return work


def noise_of(case, weight, rate):
    if case["noise"] == "none":
        return lambda: None
    alpha = case["alpha"]
    scale = case["sigma"] * rate ** (1 / alpha)
    if case["noise"] == "scipy":
        draw = scipy_sampler(alpha)

        def add():
            weight[...] += (scale * draw(weight.shape)).astype(np.float32)

        return add
    sampler = NumpySampler(alpha, np.float32)
    increment = np.empty(weight.size, np.float32)

    def add():
        sampler.fill(increment)
        np.multiply(increment, np.float32(scale), out=increment)
        np.add(weight, increment.reshape(weight.shape), out=weight)

    return add


serve(prepare)
