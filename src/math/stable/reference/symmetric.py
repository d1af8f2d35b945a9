"""Reference values of the symmetric stable law S(alpha, 0, 1, 0), written to symmetric.json.

Method: inversion of the characteristic function exp(-|u|^alpha) along the ray u = v e^(i theta) in 30 to 40 digits,
  P(X > x) = 1/2 - theta/pi - (1/pi) int_0^inf Im exp(i x v e^(i theta) - v^alpha e^(i alpha theta)) dv / v,
  f(x)     =                  (1/pi) int_0^inf Re e^(i theta) exp(i x v e^(i theta) - v^alpha e^(i alpha theta)) dv,
which shares nothing with the Nolan integral and the series of the TypeScript. Rows are [x, P(X > x), f(x)].

Usage: pip install mpmath && python3 symmetric.py
"""
import json
from pathlib import Path

from mpmath import erfc, exp, expj, gamma, log, mp, mpf, nstr, pi, quad, sin, sqrt

mp.dps = 40
ALPHAS = ["0.1", "0.3", "0.5", "0.8", "0.99", "0.99999", "1", "1.01", "1.2", "1.5", "1.75", "1.9", "1.99", "1.999", "2"]
NEAR = ["0.001", "0.05", "0.3", "1", "2", "3", "5", "7"]
TAILS = ["1e-2", "1e-3", "1e-5", "1e-7", "1e-9"]


def tail_and_density(x, alpha):
    if alpha == 2:
        return erfc(x / 2) / 2, exp(-x * x / 4) / (2 * sqrt(pi))
    theta = pi / (2 * alpha) * mpf("0.9") if alpha > 1 else pi / 4 if alpha > 0.6 else pi / 2
    ray, turn = expj(theta), expj(alpha * theta)

    def kernel(v):
        return exp(1j * x * v * ray - v**alpha * turn)

    # In t = log v the integrand falls like exp(t min(1, alpha)) to the left and doubly exponentially to the right.
    left = min(-log(x), mpf(0)) - 70 / min(alpha, mpf(1))
    right = min(-log(x * sin(theta)), mpf(10) / alpha) + 6
    panels = max(24, int((right - left) / (1 if alpha < 0.6 else 2)))
    knots = [left + (right - left) * k / panels for k in range(panels + 1)]
    mass = quad(lambda t: kernel(exp(t)).imag, knots)
    density = quad(lambda t: (ray * kernel(exp(t))).real * exp(t), knots)
    return mpf(1) / 2 - theta / pi - mass / pi, density / pi


def points(alpha):
    constant = gamma(alpha) * sin(pi * alpha / 2) / pi
    far = [] if alpha == 2 else [nstr((constant / mpf(q)) ** (1 / alpha), 4) for q in TAILS]
    gaussian = ["8.4"] if alpha == 2 else []
    return sorted({*NEAR, *gaussian, *far}, key=float)


rows = {}
for name in ALPHAS:
    alpha = mpf(name)
    rows[name] = []
    for x in points(alpha):
        tail, density = tail_and_density(mpf(x), alpha)
        rows[name].append([float(x), float(nstr(tail, 17)), float(nstr(density, 17))])
    print(name, rows[name][-1], flush=True)
text = ",\n".join(f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in table) + "\n  ]" for name, table in rows.items())
Path(__file__).with_name("symmetric.json").write_text("{\n" + text + "\n}\n")
