"""Curves with logarithmic axes, as SVG that needs nothing else."""

import math
from html import escape

WIDTH, HEIGHT = 900, 540
LEFT, RIGHT, TOP, BOTTOM = 90, 230, 60, 65  # margins; names of curves are on the right
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8a6d00", "#444444"]
APART = 17  # between two names


def text(x, y, words, anchor="start", size=13, fill="#222", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"{more}>{escape(words)}</text>'


def line(x1, y1, x2, y2, stroke="#ddd", more=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{more}/>'


def short(number):
    return f"{number:,.0f}" if number >= 1 else f"{number:g}"


class Axis:
    """Whole decades around the values, from pixel `low` to pixel `high`."""

    def __init__(self, values, low, high):
        self.first, self.last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.last = max(self.last, self.first + 1)
        self.low, self.high = low, high

    def at(self, value):
        return self.low + (math.log10(value) - self.first) / (self.last - self.first) * (self.high - self.low)

    def decades(self):
        return [10.0 ** n for n in range(self.first, self.last + 1)]

    def between(self):
        return [m * 10.0 ** n for n in range(self.first, self.last) for m in range(2, 10)]


def spread(places):
    """The same order, no two nearer than APART."""
    found = []
    for place in places:
        found.append(max(place, found[-1] + APART) if found else place)
    over = found[-1] - (HEIGHT - BOTTOM) if found else 0
    return [place - max(0, over) for place in found]


def grid(x, y):
    for value in x.between():
        yield line(x.at(value), TOP, x.at(value), HEIGHT - BOTTOM, "#f2f2f2")
    for value in y.between():
        yield line(LEFT, y.at(value), WIDTH - RIGHT, y.at(value), "#f2f2f2")
    for value in x.decades():
        yield line(x.at(value), TOP, x.at(value), HEIGHT - BOTTOM, "#cfcfcf")
        yield text(x.at(value), HEIGHT - BOTTOM + 20, short(value), "middle")
    for value in y.decades():
        yield line(LEFT, y.at(value), WIDTH - RIGHT, y.at(value), "#cfcfcf")
        yield text(LEFT - 8, y.at(value) + 4, short(value), "end")


def curve(points, x, y, colour, dashed):
    path = " ".join(f"{x.at(a):.1f},{y.at(b):.1f}" for a, b in points)
    yield (f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{1.2 if dashed else 2.2}"'
           + (' stroke-dasharray="6 4"' if dashed else "") + "/>")
    if not dashed:
        yield from (f'<circle cx="{x.at(a):.1f}" cy="{y.at(b):.1f}" r="3.8" fill="{colour}"/>' for a, b in points)


def chart(title, x_name, y_name, curves, limits=()):
    """`curves`: {name: [(x, y)]}; `limits`: of those, each at most so much from x to x: {name: (y, x, x)}, dashed in its colour."""
    every = [point for points in curves.values() for point in points]
    heights = [b for _, b in every] + [limits[name][0] for name in limits]
    x = Axis([a for a, _ in every], LEFT, WIDTH - RIGHT)
    y = Axis(heights, HEIGHT - BOTTOM, TOP)
    colours = dict(zip(curves, COLOURS))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
             'font-family="Helvetica, Arial, sans-serif">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
             text(LEFT, 32, title, size=17, more=' font-weight="bold"'), *grid(x, y),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, x_name, "middle", 14),
             text(0, 0, y_name, "middle", 14, more=f' transform="translate(22 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"')]
    for name in limits:
        most, first, last = limits[name]
        parts += curve([(first, most), (last, most)], x, y, colours[name], True)
    for name, points in curves.items():
        parts += curve(points, x, y, colours[name], False)
    ends = sorted((y.at(points[-1][1]), x.at(points[-1][0]), name) for name, points in curves.items())
    for place, (at, end, name) in zip(spread([at for at, _, _ in ends]), ends):
        parts += [line(end + 6, at, WIDTH - RIGHT + 8, place, "#bbb"), text(WIDTH - RIGHT + 12, place + 4, name, fill=colours[name])]
    return "\n".join(parts) + "\n</svg>\n"
