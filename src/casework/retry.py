"""When to try again: exponential backoff with full jitter (pure).

Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: sleep = random(0, min(cap, base·2ⁿ)).
"""

import random


def ceiling(failures: int, base: float, cap: float) -> float:
    """The longest wait in seconds after `failures` (≥ 1) failed attempts."""
    exponent = min(failures - 1, 60)  # 2**60 is past every cap, and stays a finite float
    return min(cap, base * 2.0**exponent)


def backoff(failures: int, base: float, cap: float, chance: random.Random | None = None) -> float:
    """A wait in seconds, even over 0…ceiling."""
    return (chance or random).uniform(0.0, ceiling(failures, base, cap))
