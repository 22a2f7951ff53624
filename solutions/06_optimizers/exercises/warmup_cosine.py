"""What is right in `warmup_cosine`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, near_miss, wrong


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

    one_step_too_long = wrong(
        "Your wave is one step too short: it is down one step before the end. From the end of the "
        "warm-up to the end there are total_steps − warmup_steps steps.",
        change={"(total_steps - warmup_steps)": "(total_steps - warmup_steps - 1)"},
    )

    wave_counts_the_warmup = wrong(
        "Your wave counts the warm-up's steps as done, though it divides by the steps after it: "
        "the rate drops at once when the warm-up ends.",
        change={"(step - warmup_steps) /": "step /"},
    )

    upside_down = wrong(
        "Your wave is upside down: after the warm-up the rate begins at 0 and climbs.",
        change={"1 + np.cos": "1 - np.cos"},
    )

    without_pi = wrong(
        "π is missing: half a wave is an angle of π, and you stop at an angle of 1.",
        change={"np.pi * done": "done"},
    )

    whole_wave = wrong(
        "You go through a whole wave: down, and up again. Half of one is asked for.",
        change={"np.pi * done": "2 * np.pi * done"},
    )

    in_degrees = wrong(
        "You hand the cosine degrees. NumPy's takes radians.",
        change={"np.pi * done": "180 * done"},
    )

    sine_for_cosine = wrong(
        "You took the sine. It begins in the middle of the way, not at the top.",
        change={"np.cos": "np.sin"},
    )

    peak_forgotten = wrong(
        "Your wave runs from 1 to 0: it is not multiplied by the peak.",
        change={"peak * 0.5": "0.5"},
    )

    warmup_without_peak = wrong(
        "Your warm-up runs from 0 to 1: it is not multiplied by the peak.",
        change={"peak * step / warmup_steps": "step / warmup_steps"},
    )

    warmup_over_all_steps = wrong(
        "Your warm-up is divided by the number of all steps: it is far from the peak when it ends.",
        change={"peak * step / warmup_steps": "peak * step / total_steps"},
    )

    warmup_off_by_one = wrong(
        "Your warm-up divides by one step too many, and never gets to its peak in a straight line.",
        change={"peak * step / warmup_steps": "peak * step / (warmup_steps + 1)"},
    )

    warmup_shifted = wrong(
        "Your warm-up begins above 0. Steps are counted from 0 here, and at step 0 the rate is 0.",
        change={"peak * step / warmup_steps": "peak * (step + 1) / (warmup_steps + 1)"},
    )

    whole_numbers = wrong(
        "You divided in whole numbers: `//` drops what stands behind the point, so the warm-up is "
        "0 until it ends.",
        change={"peak * step / warmup_steps": "peak * (step // warmup_steps)"},
    )

    warmup_squared = wrong(
        "Your warm-up is a parabola. A straight rise is asked for.",
        change={"peak * step / warmup_steps": "peak * (step / warmup_steps) ** 2"},
    )

    warmup_by_cosine = wrong(
        "Your warm-up is a wave, too. A straight rise is asked for.",
        change={
            "peak * step / warmup_steps": ("peak * 0.5 * (1 - np.cos(np.pi * step / warmup_steps))")
        },
    )

    wave_cut_at_zero = wrong(
        "You cut the cosine off at 0, half-way down. Half a wave goes from 1 to −1; shift and "
        "halve it, and it ends at 0.",
        change={"0.5 * (1 + np.cos(np.pi * done))": "max(0.0, np.cos(np.pi * done))"},
    )

    half_the_peak = wrong(
        "Your warm-up ends at the peak, and the wave begins at another height. The largest rate is "
        "the peak itself.",
        change={"peak * 0.5": "peak * 0.25"},
    )

    nothing_after_the_end = wrong(
        "After the last step your function gives nothing back, or the peak. The rate is 0 there.",
        change={"    done = ": "    if step > total_steps:\n        return None\n    done = "},
    )

    warmup_ends_early = wrong(
        "Your warm-up divides by one step too few: it is at the peak one step early.",
        change={"peak * step / warmup_steps": "peak * step / max(warmup_steps - 1, 1)"},
    )

    falls_while_rising = wrong(
        "Your cosine runs during the warm-up, too, and is multiplied into it, and goes on from "
        "there. First the rise alone, then the wave, counted from the end of the warm-up.",
        change={
            "peak * step / warmup_steps": (
                "peak * step / warmup_steps * 0.5 * (1 + np.cos(np.pi * step / total_steps))"
            ),
            "(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps",
        },
    )

    rise_computed_first = wrong(
        "Without warm-up you divide by zero: you compute the rise before you ask whether there is "
        "one.",
        change={
            "if step < warmup_steps:": (
                "rise = peak * step / warmup_steps\n    if step < warmup_steps:"
            ),
            "return peak * step / warmup_steps": "return rise",
        },
    )

    zero_without_warmup = near_miss(
        "stays at 0 where there is no warm-up",
        change={
            "if step < warmup_steps:": (
                "if warmup_steps == 0:\n        return 0.0\n    if step < warmup_steps:"
            )
        },
        unlike=(divides_by_no_warmup, rise_computed_first, nothing_after_the_end),
    )

    rise_to_half = near_miss(
        "rises to half the peak, in whole tenths",
        change={"peak * step / warmup_steps": "peak * 0.5 * step / warmup_steps"},
        unlike=(warmup_without_peak, whole_numbers),
    )
