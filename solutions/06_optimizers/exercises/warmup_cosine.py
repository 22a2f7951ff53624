"""What is right in `warmup_cosine`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, wrong


class WarmupCosine(Function):
    title = "Warm-up, then cosine"
    difficulty = 2
    criteria = (
        Criterion("rise", 1, "the warm-up"),
        Criterion("wave", 2, "the cosine"),
        Criterion("end", 1, "the last step and all after it"),
        Criterion("none", 1, "no warm-up at all"),
    )
    tolerance = SUMS_64
    revisit = "Schedules"

    def probes(self, rng):
        peak = float(rng.uniform(0.1, 1))
        yield Probe("rise", "step 0", (0, peak, 10, 100))
        yield Probe("rise", "step 3 of 10 of the warm-up", (3, peak, 10, 100))
        yield Probe("rise", "the last step of the warm-up", (9, peak, 10, 100))
        yield Probe("wave", "the peak", (10, peak, 10, 100))
        yield Probe("wave", "a third of the way down", (40, peak, 10, 100))
        yield Probe("wave", "half-way down", (60, peak, 20, 100))
        yield Probe("wave", "near the end", (95, peak, 10, 100))
        yield Probe("end", "the last step", (100, peak, 10, 100))
        yield Probe("end", "long after the end", (150, peak, 10, 100))
        yield Probe("none", "step 0 without warm-up", (0, peak, 0, 50))
        yield Probe("none", "step 10 of 50 without warm-up", (10, peak, 0, 50))
        yield Probe("end", "the step before the last", (99, peak, 10, 100))

    @accepted("three cases")
    def three_cases(step, peak, warmup_steps, total_steps):
        import math

        if step >= total_steps:
            return 0.0
        if step >= warmup_steps:
            left = (total_steps - step) / (total_steps - warmup_steps)
            return peak * math.sin(math.pi / 2 * left) ** 2
        return step / warmup_steps * peak

    @accepted("NumPy's where")
    def by_where(step, peak, warmup_steps, total_steps):
        rise = step / max(warmup_steps, 1)
        done = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
        wave = (1 + np.cos(np.pi * done)) / 2
        return float(peak * np.where(step < warmup_steps, rise, wave))

    @accepted("the square of a cosine")
    def by_square(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak / warmup_steps * step
        angle = np.pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps)
        return peak * np.cos(min(angle, np.pi / 2)) ** 2

    wave_from_step_zero = wrong(
        "Your cosine counts from step 0. After the warm-up it has lost part of its way, so the "
        "rate jumps. What share of the steps after the warm-up is done?",
        change={"(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps"},
    )

    wave_too_long = wrong(
        "Your cosine takes total_steps for its way down, though the warm-up has already used "
        "some of them. It is not at zero when the training ends.",
        change={"(total_steps - warmup_steps)": "total_steps"},
    )

    rises_again = wrong(
        "After the last step your rate rises again: the cosine goes on waving. It must stay 0.",
        change={"min(angle, np.pi / 2)": "angle"},
        of=by_square,
    )

    no_warmup = wrong(
        "You have no warm-up: the rate is at its peak from the start, or follows the cosine "
        "backwards.",
        change={"np.where(step < warmup_steps, rise, wave)": "wave"},
        of=by_where,
    )

    quarter_wave = wrong(
        "Your wave is a quarter, not a half: it leaves the peak slowly, but meets zero at full "
        "speed. Half a wave is flat at both ends.",
        change={"0.5 * (1 + np.cos(np.pi * done))": "np.cos(np.pi / 2 * done)"},
    )

    twice_the_peak = wrong(
        "Your cosine is not scaled: at the peak you have twice the peak. A cosine swings over two "
        "units, from 1 to −1.",
        change={"peak * 0.5": "peak"},
    )

    below_zero = wrong(
        "Your rate becomes negative: the cosine itself goes down to −1, and the weights would "
        "climb. Shift it first.",
        change={"peak * 0.5 * (1 + np.cos(np.pi * done))": "peak * np.cos(np.pi * done)"},
    )

    warmup_one_early = wrong(
        "Your warm-up is one step early: at step 0 the rate is not 0. Steps are counted from 0 "
        "here.",
        change={"peak * step": "peak * (step + 1)"},
    )

    straight_down = wrong(
        "Your way down is a straight line. Asked is half a cosine wave.",
        change={"0.5 * (1 + np.cos(np.pi * done))": "(1 - done)"},
    )

    stays_at_the_peak = wrong(
        "After the warm-up your rate stays at its peak. Where is the way down?",
        change={"peak * 0.5 * (1 + np.cos(np.pi * done))": "peak"},
    )

    divides_by_no_warmup = wrong(
        "Without warm-up you divide by zero. Which piece is responsible for step 0 then?",
        change={"step < warmup_steps": "step / warmup_steps < 1"},
    )
