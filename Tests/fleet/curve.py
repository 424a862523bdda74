"""Requests a second as a drawing of letters."""

HEIGHT, WIDTH = 8, 100
BLOCKS = " ▁▂▃▄▅▆▇█"


def drawing(seconds, names, title):
    """seconds: {second: {name: count}}; the sum of these names, at most WIDTH columns of the same length."""
    if not seconds:
        return f"{title}: nothing"
    first, last = min(seconds), max(seconds)
    step = max(1, -(-(last - first + 1) // WIDTH))
    columns = [0.0] * ((last - first) // step + 1)
    for second, counts in seconds.items():
        columns[(second - first) // step] += sum(counts.get(name, 0) for name in names) / step
    most = max(columns) or 1
    busiest = max(sum(counts.get(name, 0) for name in names) for counts in seconds.values())
    lines = [f"{title}: at most {busiest} in one second; a column is {step} s, the highest {most:.0f}/s"]
    for row in range(HEIGHT, 0, -1):
        heights = (value / most * HEIGHT - (row - 1) for value in columns)
        lines.append("  │" + "".join(BLOCKS[max(0, min(8, round(height * 8)))] for height in heights).rstrip())
    lines.append("  └" + "─" * len(columns))
    lines.append(f"   {first} s{'':{max(1, len(columns) - 8)}}{last} s")
    return "\n".join(lines)
