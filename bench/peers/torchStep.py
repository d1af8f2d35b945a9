"""A training step of a one-hidden-layer network in PyTorch, with the noise of the case.

noise "none"; "scipy": the published algorithm, new float64 samples by scipy for every step, scaled by
sigma * learning rate^(1/alpha), turned into a tensor and added to the hidden weights; "torch" and "numpy": the same
increment by our fastest samplers in either library, float32, in place.
"""

import math

from turns import serve


def prepare(case):
    import torch

    batch, inputs, width, classes = (case[name] for name in ("batch", "inputs", "width", "classes"))
    torch.manual_seed(1)
    x = torch.randn(batch, inputs)
    y = torch.arange(batch) % classes
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs, width, bias=False), torch.nn.ReLU(), torch.nn.Linear(width, classes, bias=False)
    )
    loss = torch.nn.CrossEntropyLoss()
    rate = 0.001
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    add_noise = noise_of(case, torch, model[0].weight, rate)

    def work():
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
        add_noise()

    torch.set_num_threads(case["threads"])
    return work


def noise_of(case, torch, weight, rate):
    if case["noise"] == "none":
        return lambda: None
    alpha = case["alpha"]
    scale = case["sigma"] * rate ** (1 / alpha)
    if case["noise"] == "scipy":
        from stable import scipy_sampler

        draw = scipy_sampler(alpha)

        def add():
            with torch.no_grad():
                weight.add_(as_tensor(torch, scale * draw(tuple(weight.shape))).to(torch.float32))

        return add
    if case["noise"] == "numpy":
        import numpy as np
        from stable import NumpySampler

        sampler = NumpySampler(alpha, np.float32)
        increment = np.empty(weight.numel(), np.float32)
        shared = as_tensor(torch, increment).view_as(weight)

        def add():
            sampler.fill(increment)
            with torch.no_grad():
                weight.add_(shared, alpha=scale)

        return add
    return torch_noise(torch, weight, alpha, scale)


def as_tensor(torch, array):
    """The array's memory as a tensor, through the buffer protocol, which no version of NumPy or PyTorch lacks."""
    dtype = {"float32": torch.float32, "float64": torch.float64}[str(array.dtype)]
    return torch.frombuffer(array.reshape(-1), dtype=dtype).view(array.shape)


def torch_noise(torch, weight, alpha, scale):
    """Chambers-Mallows-Stuck in place over the whole matrix, all threads; its tail is cut as that of NumPy float32 is."""
    v, w, c, sine = (torch.empty_like(weight) for _ in range(4))

    def add():
        with torch.no_grad():
            v.uniform_(-math.pi / 2, math.pi / 2)
            # Twice as fast as exponential_.
            w.uniform_().neg_().add_(1).log_().neg_()
            torch.cos(v, out=c)
            c.clamp_(min=1e-7).log_()
            w.clamp_(min=1e-30).log_().neg_()
            torch.mul(v, alpha, out=sine).sin_()
            v.mul_(1 - alpha).cos_().log_().add_(w).mul_(1 - alpha).sub_(c).mul_(1 / alpha).exp_()
            weight.addcmul_(v, sine, value=scale)

    return add


serve(prepare)
