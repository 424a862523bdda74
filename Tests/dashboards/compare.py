"""What a panel was given against what is true."""


def close(ours, theirs):
    if theirs == "*":
        return True
    if isinstance(ours, (str, bool)) or ours is None or theirs is None or isinstance(theirs, str):
        return ours == theirs
    return abs(ours - theirs) <= 1e-4 * max(1e-3, abs(theirs))


def expected(claim, scope):
    try:
        return claim(scope)
    except (IndexError, ValueError):  # the truth has no such points: the panel must be empty
        return {}


def place(row):
    """Where a row comes in a comparison: points of one instant have no order among themselves."""
    return [f"{cell:.6g}" if isinstance(cell, (int, float)) else str(cell) for cell in [*row[1:], row[0]]]


def compare(where, truth, found, problems):
    """truth: {name: value, or {milliseconds: value}, or [rows]}; the name * is the only series."""
    series = {frame.name: frame.rows for frame in found}
    if set(truth) == {"*"} and len(series) == 1:
        truth = {next(iter(series)): truth["*"]}
    wanted = {name for name, value in truth.items() if value not in (None, {}, [])}
    present = {name for name, rows in series.items() if any(value is not None for row in rows for value in row[1:])}
    if wanted != present:
        problems.append(f"{where}: series {sorted(present)}, but {sorted(wanted)} were expected")
        return 0
    count = 0
    for name in wanted:
        value, rows = truth[name], series[name]
        if isinstance(value, dict):
            got = {row[0]: row[1] for row in rows if row[1] is not None}
            got = {key: number for key, number in got.items() if number != 0 or key in value}
            want = {key: number for key, number in value.items() if number is not None and (number != 0 or key in got)}
            pairs = [(got.get(key), want.get(key), key) for key in sorted(set(got) | set(want))]
        elif isinstance(value, list):
            cells = zip(
                (cell for row in sorted(rows, key=place) for cell in row),
                (cell for row in sorted(value, key=place) for cell in row),
            )
            pairs = [(got, want, f"cell {number}") for number, (got, want) in enumerate(cells)]
            if len(rows) != len(value):
                problems.append(f"{where}: {name}: {len(rows)} rows, but {len(value)} were expected")
        else:
            pairs = [(rows[-1][1], value, "value")]
        wrong = [(got, want, at) for got, want, at in pairs if not close(got, want)]
        for got, want, at in wrong[:2]:
            problems.append(f"{where}: {name} at {at}: {got}, but {want} is true ({len(wrong)} of {len(pairs)} differ)")
        count += len(pairs)
    return count


def verdict(run, problems, truth, count, table):
    """Prints what is wrong and what was compared; true when nothing is wrong."""
    for problem in problems:
        print(problem)
    print(
        f"{run.queries} queries, {run.numbers} numbers compared with the {truth}, {len(problems)} problems; "
        f"{count} of {len(table)} broken queries found out"
    )
    return not problems
