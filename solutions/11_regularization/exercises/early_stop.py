"""What is right in `early_stop`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, Rule, accepted, wrong


class EarlyStop(Function):
    title = "When to stop"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("stop", 2, "the epoch at which training ends"),
        Criterion("best", 1, "the epoch whose weights come back"),
        Criterion("delta", 1, "min_delta"),
        Criterion("border", 1, "one epoch, never stopping, ties"),
    )
    tolerance = EXACT
    rule = Rule(forbid=("keras.callbacks",), reason="Write it yourself; Keras is asked afterwards.")
    revisit = "Early stopping"

    def probes(self, rng):
        yield Probe("stop", "the table above, patience 2", ([0.9, 0.7, 0.8, 0.6, 0.65, 0.61], 2))
        yield Probe(
            "stop", "falls, then rises; patience 3",
            ([1.0, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1], 3),
        )  # fmt: skip
        yield Probe(
            "stop", "falls back a little again and again; patience 2",
            ([1.0, 1.2, 0.8, 0.9, 0.85, 0.84, 0.7, 0.6], 2),
        )  # fmt: skip
        yield Probe("stop", "patience 1", ([1.0, 0.9, 0.95, 0.5], 1))
        yield Probe(
            "best", "a better epoch comes after the stop; patience 2",
            ([0.9, 0.6, 0.7, 0.8, 0.3, 0.2], 2),
        )  # fmt: skip
        walk = (3 + rng.normal(-0.03, 0.1, 40).cumsum()).tolist()
        yield Probe("best", "a random walk of 40 epochs, patience 4", (walk, 4))
        yield Probe(
            "delta", "improves by 0.01 an epoch, min_delta 0.025, patience 5",
            ([round(1 - 0.01 * k, 2) for k in range(12)], 5), {"min_delta": 0.025},
        )  # fmt: skip
        yield Probe(
            "delta", "small steps down, min_delta 0.1, patience 3",
            ([1.0, 0.95, 0.92, 0.91, 0.5, 0.45, 0.44, 0.43, 0.1], 3, 0.1),
        )  # fmt: skip
        yield Probe(
            "delta", "losses around 10, min_delta 0.3, patience 2",
            ([10.0, 9.6, 9.2, 8.8, 8.7, 8.65, 8.6, 8.2], 2, 0.3),
        )  # fmt: skip
        walk = (3 + rng.normal(-0.05, 0.1, 40).cumsum()).tolist()
        yield Probe("delta", "a random walk, min_delta 0.08, patience 3", (walk, 3, 0.08))
        yield Probe("border", "one epoch only", ([0.7], 1))
        yield Probe("border", "better in every epoch", ([0.9, 0.8, 0.7, 0.6], 2))
        yield Probe(
            "border", "the best loss returns exactly, patience 3",
            ([0.8, 0.5, 0.5, 0.5, 0.5, 0.4], 3),
        )  # fmt: skip
        yield Probe("border", "ends before the patience does", ([0.8, 0.5, 0.6, 0.7], 3))
        walk = (3 + rng.normal(0.02, 0.1, 30).cumsum()).tolist()
        yield Probe("stop", "a random walk of 30 epochs, patience 2", (walk, 2))
        falling = np.sort(rng.uniform(0.1, 1, int(rng.integers(5, 9))))[::-1].tolist()
        yield Probe("border", "falls by random steps, epoch after epoch", (falling, 2))

    @accepted("the distance from the best epoch")
    def distance(losses, patience, min_delta=0.0):
        best = 0
        for epoch in range(1, len(losses)):
            if losses[epoch] < losses[best] - min_delta:
                best = epoch
            elif epoch - best >= patience:
                return epoch, best
        return len(losses) - 1, best

    @accepted("recursion over improvements")
    def recursive(losses, patience, min_delta=0.0):
        def follow(best):
            window = range(best + 1, min(best + 1 + patience, len(losses)))
            better = [e for e in window if losses[e] < losses[best] - min_delta]
            return follow(better[0]) if better else (min(best + patience, len(losses) - 1), best)

        return follow(0)

    @accepted("NumPy, jumping from best to best")
    def jumping(losses, patience, min_delta=0.0):
        v = np.asarray(losses)
        best = 0
        while True:
            ahead = np.flatnonzero(v[best + 1 : best + 1 + patience] < v[best] - min_delta)
            if len(ahead) == 0:
                return int(min(best + patience, len(v) - 1)), int(best)
            best += 1 + ahead[0]

    one_late = wrong(
        "You stop one epoch late. With patience 2, the second epoch in a row without improvement "
        "is the last.",
        change={"waited == patience": "waited > patience"},
    )

    one_early = wrong(
        "You stop one epoch early. Patience counts the epochs without improvement; the best one "
        "itself is none of them.",
        change={"epoch, 0": "epoch, 1", "waited == patience": "waited >= patience"},
    )

    last_for_best = wrong(
        "You return the last epoch as the best. Between the two lie as many epochs as the "
        "patience, all of them worse.",
        change={"epoch, best": "epoch, epoch"},
    )

    delta_ignored = wrong(
        "`min_delta` plays no part in your answer: every smaller loss counts, however little "
        "smaller.",
        change={"losses[best] - min_delta": "losses[best]"},
    )

    bar_moves = wrong(
        "Your bar sinks with every smaller loss, even where the step was smaller than min_delta. "
        "Many small steps then never add up to an improvement.",
        change={"losses[best]": "min(losses[:epoch])"},
    )

    never_reset = wrong(
        "You add up all epochs without improvement. The patience starts afresh after each "
        "improvement.",
        change={"best, waited = epoch, 0": "best = epoch"},
    )

    previous_not_best = wrong(
        "You compare each loss with the one before. A small recovery after a bad epoch is no "
        "improvement: the bar is the best loss so far.",
        change={"losses[best]": "losses[epoch - 1]"},
    )

    looks_ahead = wrong(
        "You look for the smallest loss in the whole list, also after the stop. Those epochs "
        "were never trained.",
        change={"epoch, best": "epoch, int(np.argmin(losses))"},
    )

    ties_count = wrong(
        "A loss that only equals the best counts as an improvement in your answer. It must be "
        "smaller.",
        change={"loss < losses[best] - min_delta": "loss <= losses[best] - min_delta"},
    )

    relative_delta = wrong(
        "You take min_delta for a share of the best loss. It is a difference, in the unit of the "
        "loss itself.",
        change={"losses[best] - min_delta": "losses[best] * (1 - min_delta)"},
    )

    @wrong(
        "Your numbers are one too small where training stops: if the loop begins with the second "
        "loss, its first epoch is number 1, not 0."
    )
    def loop_from_second(losses, patience, min_delta=0.0):
        lowest, best, waited = losses[0], 0, 0
        for epoch, loss in enumerate(losses[1:]):
            if loss < lowest - min_delta:
                lowest, best, waited = loss, epoch, 0
            else:
                waited += 1
                if waited == patience:
                    return epoch, best
        return len(losses) - 1, best

    from_one = wrong(
        "Your epochs count from 1; here they count from 0, as in Keras's callbacks.",
        change={"epoch, best": "epoch + 1, best + 1"},
    )

    exchanged = wrong(
        "The two epochs are exchanged: the last one trained comes first, the best one second.",
        change={"epoch, best": "best, epoch"},
    )

    never_stops = wrong(
        "Your training never ends early: the patience is counted but nothing follows from it, or "
        "it is not counted at all.",
        change={"                break": "                pass"},
    )

    number_of_epochs = wrong(
        "Your first number is how many epochs were trained. Epochs count from 0, so the last one "
        "has a number one smaller.",
        change={"epoch, best": "epoch + 1, best"},
    )

    best_by_subtraction = wrong(
        "You take the best epoch to lie `patience` before the last. That holds only where the "
        "patience ran out.",
        change={"epoch, best": "epoch, max(epoch - patience, 0)"},
    )

    delta_added = wrong(
        "You make improving easier with min_delta: a loss counts that is a little *larger* than "
        "the best. It is to be smaller by more than min_delta.",
        change={"losses[best] - min_delta": "losses[best] + min_delta"},
    )

    any_change = wrong(
        "Any change larger than min_delta counts as an improvement in your answer, upwards as "
        "well. A loss improves when it falls.",
        change={
            "loss < losses[best] - min_delta": "abs(loss - losses[best]) > min_delta",
        },
    )

    larger_is_better = wrong(
        "You look for a larger loss, as if it were an accuracy. A loss improves when it falls.",
        change={"loss < losses[best] - min_delta": "loss > losses[best] + min_delta"},
    )

    compared_with_the_first = wrong(
        "You compare with the first loss. The bar is the best loss so far.",
        change={"losses[best]": "losses[0]"},
    )

    losses_returned = wrong(
        "You return losses. Asked for are two epochs, by their numbers.",
        change={"epoch, best": "losses[epoch], losses[best]"},
    )

    best_alone = wrong(
        "You return one number. Two are asked for: the last epoch that is trained, and the best.",
        change={"return epoch, best": "return best"},
    )

    last_alone = wrong(
        "You return one number, the last epoch. The best one is asked for as well.",
        change={"return epoch, best": "return epoch"},
    )

    stops_at_once = wrong(
        "You stop at the first epoch without improvement, whatever the patience.",
        change={"waited == patience": "waited == 1"},
    )

    stop_not_trained = wrong(
        "You return the epoch before the one at which the patience ran out. That last epoch was "
        "trained; only after it training ends.",
        change={"                break": "                return epoch - 1, best"},
    )
