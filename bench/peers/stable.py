"""Symmetric stable samplers: scipy's, and Chambers-Mallows-Stuck in NumPy as fast as we could make it.

With V uniform in (-pi/2, pi/2) and W exponential,
X = sin(alpha V) exp((-log cos V + (1 - alpha) log(cos((1 - alpha) V) / W)) / alpha).
"""

from itertools import product
from time import perf_counter

import numpy as np


class NumpySampler:
    """In place, in chunks that stay in cache, with SFC64.

    Which way is fastest depends on the version of NumPy (float64 sine and cosine have been vectorised in some only), so
    all are tried and the fastest is kept. float32 is the faster type, but there the cosine and W may be 0: both are bounded
    from below, which cuts the tail, so it is not a full replacement.
    """

    def __init__(self, alpha, dtype):
        self.alpha = alpha
        self.dtype = dtype
        self.generator = np.random.Generator(np.random.SFC64(1))
        ways = product((8192, 16384, 32768), (exponential_by_ziggurat, exponential_by_logarithm), (direct, by_tangent))
        times = {way: self._time_of(way) for way in ways}
        self._use(min(times, key=times.get))
        self.note = f"{self.exponential.__name__}, trigonometry {self.trigonometry.__name__}, chunks of {self.chunk}"

    def fill(self, target):
        """Writes samples into a flat array."""
        for start in range(0, target.size, self.chunk):
            self._fill_chunk(target[start : start + self.chunk])

    def _use(self, way):
        self.chunk, self.exponential, self.trigonometry = way
        self.buffers = [np.empty(self.chunk, self.dtype) for _ in range(5)]

    def _time_of(self, way):
        self._use(way)
        target = np.empty(131072, self.dtype)
        times = []
        for _ in range(7):
            started = perf_counter()
            self.fill(target)
            times.append(perf_counter() - started)
        return min(times)

    def _fill_chunk(self, out):
        alpha, real = self.alpha, self.dtype
        v, w, c, d, spare = (buffer[: out.size] for buffer in self.buffers)
        self.generator.random(out=v, dtype=real)
        v -= real(0.5)
        v *= real(np.pi)
        self.exponential(self.generator, w)
        self.trigonometry.cosine(v, 1, c, spare)
        self.trigonometry.cosine(v, 1 - alpha, d, spare)
        if real is np.float32:
            np.maximum(c, real(1e-7), out=c)
            np.maximum(w, real(1e-30), out=w)
        d /= w
        np.log(d, out=d)
        np.log(c, out=c)
        d *= real(1 - alpha)
        d -= c
        d *= real(1 / alpha)
        np.exp(d, out=d)
        self.trigonometry.sine(v, alpha, out, spare)
        out *= d


def exponential_by_ziggurat(generator, out):
    generator.standard_exponential(out=out, dtype=out.dtype.type)


def exponential_by_logarithm(generator, out):
    generator.random(out=out, dtype=out.dtype.type)
    np.subtract(1, out, out=out)
    np.log(out, out=out)
    np.negative(out, out=out)


class direct:
    """cos(factor v) and sin(factor v) by the library's functions."""

    @staticmethod
    def cosine(v, factor, out, spare):
        np.multiply(v, v.dtype.type(factor), out=out)
        np.cos(out, out=out)

    @staticmethod
    def sine(v, factor, out, spare):
        np.multiply(v, v.dtype.type(factor), out=out)
        np.sin(out, out=out)


class by_tangent:
    """The same by t = tan(factor v / 2): (1 - t^2)/(1 + t^2) and 2t/(1 + t^2)."""

    @staticmethod
    def cosine(v, factor, out, spare):
        np.multiply(v, v.dtype.type(factor / 2), out=out)
        np.tan(out, out=out)
        out *= out
        np.add(out, 1, out=spare)
        np.subtract(1, out, out=out)
        out /= spare

    @staticmethod
    def sine(v, factor, out, spare):
        np.multiply(v, v.dtype.type(factor / 2), out=out)
        np.tan(out, out=out)
        np.multiply(out, out, out=spare)
        spare += 1
        out += out
        out /= spare


def scipy_sampler(alpha):
    """size -> array, as the published program draws."""
    from scipy.stats import levy_stable

    return lambda size: levy_stable.rvs(alpha, 0, size=size)


def prepare(case):
    alpha, count = case["alpha"], case["count"]
    if case["sampler"] == "scipy":
        draw = scipy_sampler(alpha)
        return lambda: draw(count)
    dtype = np.float32 if case["sampler"] == "float32" else np.float64
    sampler = NumpySampler(alpha, dtype)
    target = np.empty(count, dtype)

    def work():
        sampler.fill(target)

    work.note = sampler.note
    return work


if __name__ == "__main__":
    from turns import serve

    serve(prepare)
