"""The matrix products of one training step and nothing else, in NumPy, that is in OpenBLAS: float32, into fixed buffers.

For batch B, inputs d, units n, classes c: hidden (B n d), logits (B c n), output gradient (c n B), hidden gradient
(B n c), input-layer gradient (n d B). Examples may lie in rows or in columns: the faster of both is kept. Transposes are
views; BLAS takes them as flags.
"""

from time import perf_counter

import numpy as np
from turns import serve


def prepare(case):
    batch, inputs, width, classes = (case[name] for name in ("batch", "inputs", "width", "classes"))
    generator = np.random.default_rng(1)
    x = generator.standard_normal((batch, inputs), dtype=np.float32)
    first = generator.standard_normal((width, inputs), dtype=np.float32)
    second = generator.standard_normal((classes, width), dtype=np.float32)
    first_gradient = np.empty((width, inputs), np.float32)
    second_gradient = np.empty((classes, width), np.float32)
    hidden, hidden_gradient = (np.empty((batch, width), np.float32) for _ in range(2))
    hidden_columns, hidden_gradient_columns = (np.empty((width, batch), np.float32) for _ in range(2))
    logits = np.empty((batch, classes), np.float32)
    logits_columns = np.empty((classes, batch), np.float32)

    def rows():
        np.matmul(x, first.T, out=hidden)
        np.matmul(hidden, second.T, out=logits)
        np.matmul(logits.T, hidden, out=second_gradient)
        np.matmul(logits, second, out=hidden_gradient)
        np.matmul(hidden_gradient.T, x, out=first_gradient)

    def columns():
        np.matmul(first, x.T, out=hidden_columns)
        np.matmul(second, hidden_columns, out=logits_columns)
        np.matmul(logits_columns, hidden_columns.T, out=second_gradient)
        np.matmul(second.T, logits_columns, out=hidden_gradient_columns)
        np.matmul(hidden_gradient_columns, x, out=first_gradient)

    work = min((rows, columns), key=time_of)
    work.note = f"examples in {work.__name__}"
    return work


def time_of(work):
    work()
    times = []
    for _ in range(9):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


serve(prepare)
