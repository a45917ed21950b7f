"""Python's garbage collector in a process that lives for months and holds thousands of living objects."""

import gc


def settle() -> None:
    """Call when all is imported. Each full collection looks at every living object, so there are to be few: what is
    there already is never looked at again. Measured in benchmarks/results.md.
    """
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
