"""What is right in `run_order`, and what students get wrong."""

from itertools import pairwise

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong


class RunOrder(Function):
    title = "The order of work"
    difficulty = 3
    criteria = (
        Criterion("stack", 1, "a stack, written down in any order"),
        Criterion("graph", 2, "forks, joins, and layers that are ready together"),
        Criterion("twice", 1, "one tensor taken twice by a layer"),
        Criterion("loop", 2, "loops, of every length and at every place"),
        Criterion("kept", 1, "`takes` stays as it is"),
    )
    keeps_arguments = "kept"
    rule = Rule(
        forbid=("graphlib", "networkx"),
        reason="Find the order yourself; no library for graphs.",
    )
    revisit = "No loops"

    def probes(self, rng):
        yield Probe("stack", "an input alone", ({"a": []},))
        yield Probe(
            "stack", "a stack whose names run backwards", ({"d": [], "c": ["d"], "b": ["c"]},)
        )
        yield Probe(
            "stack",
            "a stack written down from its end",
            ({"scores": ["hidden"], "hidden": ["flat"], "flat": ["image"], "image": []},),
        )
        yield Probe(
            "graph",
            "the table of the text",
            ({"a": [], "b": [], "c": ["a"], "d": ["b", "c"], "e": ["a", "d"]},),
        )
        yield Probe(
            "graph",
            "a layer that becomes ready late and comes early in the alphabet",
            ({"m": [], "z": [], "a": ["m"], "b": ["z"], "c": ["a", "z"]},),
        )
        yield Probe(
            "graph",
            "a long way and a short one to the same join",
            ({"i": [], "q": ["i"], "r": ["q"], "s": ["r"], "e": ["i", "s"], "t": ["e", "q"]},),
        )
        yield Probe("graph", "a random graph of nine layers", (self._random(rng, 9),))
        yield Probe("graph", "a random graph of twelve layers", (self._random(rng, 12),))
        yield Probe(
            "twice",
            "y takes x twice, as in x · x",
            ({"y": ["x", "x"], "x": [], "w": ["y", "x", "y"]},),
        )
        yield Probe("loop", "a layer that takes its own output", ({"a": [], "b": ["a", "b"]},))
        yield Probe("loop", "two layers that wait for each other", ({"a": ["b"], "b": ["a"]},))
        yield Probe(
            "loop",
            "a loop far behind the inputs",
            ({"a": [], "b": ["a"], "c": ["b", "e"], "d": ["c"], "e": ["d"], "f": ["b"]},),
        )
        yield Probe("loop", "a random graph and a loop", (self._random(rng, 7, loop=True),))
        names = [str(x) for x in rng.permutation(list("abcdefghij"))]
        stack = {name: [before] for before, name in pairwise(names[:6])} | {names[0]: []}
        yield Probe(
            "stack", "a stack of six layers, drawn", ({n: stack[n] for n in sorted(stack)},)
        )
        x, y, w = names[:3]
        yield Probe("twice", "the same with other names", ({y: [x, x], x: [], w: [y, x, y]},))
        yield Probe("loop", "a random graph without a loop", (self._random(rng, 7),))

    def _random(self, rng, n, loop=False):
        names = [str(x) for x in rng.permutation(list("abcdefghijklmnopqrst")[:n])]
        takes = {
            name: [names[j] for j in sorted(rng.permutation(i)[: int(rng.integers(1, 4))])]
            for i, name in enumerate(names)
        }
        if loop:
            takes[names[2]] = [*takes[names[2]], names[-1]]
            takes[names[-1]] = [*takes[names[-1]], names[2]]
        return {name: takes[name] for name in sorted(names, key=lambda _: rng.random())}

    @accepted("counting what is missing, with a heap")
    def heap(takes):
        import heapq

        missing = {name: len(set(sources)) for name, sources in takes.items()}
        fed = {name: [] for name in takes}
        for name, sources in takes.items():
            for source in set(sources):
                fed[source].append(name)
        ready = [name for name, count in missing.items() if count == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            name = heapq.heappop(ready)
            order.append(name)
            for other in fed[name]:
                missing[other] -= 1
                if missing[other] == 0:
                    heapq.heappush(ready, other)
        return order if len(order) == len(takes) else []

    @accepted("recursion: take the first away and order the rest")
    def recursive(takes):
        if not takes:
            return []
        free = sorted(name for name, sources in takes.items() if not sources)
        if not free:
            return []
        first = free[0]
        rest = {n: [s for s in takes[n] if s != first] for n in takes if n != first}
        tail = run_order(rest)
        return [first, *tail] if len(tail) == len(rest) else []

    @accepted("a matrix of who takes whom")
    def matrix(takes):
        names = sorted(takes)
        needs = np.array([[source in takes[name] for source in names] for name in names])
        done = np.zeros(len(names), dtype=bool)
        order = []
        for _ in names:
            ready = ~done & ~(needs & ~done).any(axis=1)
            if not ready.any():
                return []
            first = int(ready.argmax())
            done[first] = True
            order.append(names[first])
        return order

    @accepted("a scan of the alphabet, again from the start after each find")
    def scans(takes):
        order, names = [], sorted(takes)
        found = True
        while found:
            found = False
            for name in names:
                if name not in order and all(s in order for s in takes[name]):
                    order.append(name)
                    found = True
                    break
        return order if len(order) == len(names) else []

    @wrong(
        "You sort by the alphabet and do not look who takes what. The alphabet decides only "
        "between layers that are ready at the same time."
    )
    def alphabet(takes):
        return sorted(takes)

    @wrong(
        "You keep the order in which the dictionary was written down. A layer may be written "
        "before the ones it takes."
    )
    def as_written(takes):
        return list(takes)

    rounds = wrong(
        "You go round by round: everybody who is ready at the beginning of a round, then the next "
        "round. After *each* layer somebody may become ready who comes first in the alphabet.",
        change={"order.append(min(ready))": "order += sorted(ready)"},
    )

    any_source = wrong(
        "In your order a layer may come as soon as *one* of those it takes has had its turn. At a "
        "join it needs all of them.",
        change={"set(takes[n]) <= set(order)": "(not takes[n] or set(takes[n]) & set(order))"},
    )

    partial = wrong(
        "Where there is a loop you return the part that can be computed. The statement asks for "
        "an empty list: half a network is of no use.",
        change={"return []": "return order"},
    )

    backwards = wrong(
        "Your order runs from the outputs to the inputs: you read the lists as 'hands on to'. "
        "They say what a layer takes.",
        change={
            "order = []": (
                "takes = {n: [m for m in takes if n in takes[m]] for n in takes}\n    order = []"
            )
        },
    )

    counted_twice = wrong(
        "A name that stands twice in a list makes you wait for ever: you count it twice and "
        "strike it off once, so you see a loop where there is none.",
        change={"len(set(sources))": "len(sources)"},
        of=heap,
    )

    @wrong(
        "You go depth-first, from each layer back to what it takes. That is a possible order, but "
        "not the one asked for: of all that are *ready*, the first in the alphabet."
    )
    def depth_first(takes):
        order, path = [], []

        def visit(name):
            if name in order:
                return True
            if name in path:
                return False
            path.append(name)
            fine = all([visit(s) for s in sorted(takes[name])])
            path.pop()
            if fine:
                order.append(name)
            return fine

        return order if all([visit(n) for n in sorted(takes)]) else []

    first_written = wrong(
        "Among the layers that are ready you take the one that was written first, or became ready "
        "first. The alphabet decides.",
        change={"min(ready)": "ready[0]"},
    )

    last_in_the_alphabet = wrong(
        "Among the layers that are ready you take the *last* in the alphabet. The first has its "
        "turn.",
        change={"min(ready)": "max(ready)"},
    )

    nothing_for_a_loop = wrong(
        "Where there is a loop you return None. An empty list is asked for.",
        change={"return []": "return None"},
    )

    error_for_a_loop = wrong(
        "Where there is a loop you raise an error. An empty list is asked for.",
        change={"return []": 'raise ValueError("there is a loop")'},
    )

    inputs_left_out = wrong(
        "The inputs are missing in your order. All names are asked for, the inputs' too.",
        change={"return order": "return [n for n in order if takes[n]]"},
    )

    inputs_then_alphabet = near_miss(
        "the inputs first, all others by the alphabet",
        source="""
        def run_order(takes):
            return sorted(takes, key=lambda name: (bool(takes[name]), name))
        """,
        unlike=(
            alphabet, as_written, rounds, backwards, depth_first, first_written,
            last_in_the_alphabet, partial, counted_twice,
        ),
    )  # fmt: skip

    last_left_out = near_miss(
        "leaves out the last layer",
        change={"return order": "return order[:-1]"},
        unlike=(inputs_left_out, partial),
    )

    empty_text_for_a_loop = near_miss(
        "returns an empty text where there is a loop",
        change={"return []": 'return ""'},
        unlike=(partial, nothing_for_a_loop, error_for_a_loop),
    )

    last_source_only = near_miss(
        "waits for the last of those it takes",
        change={"set(takes[n]) <= set(order)": "set(takes[n][-1:]) <= set(order)"},
        unlike=any_source,
    )

    @wrong(
        "You strike names out of `takes` itself. Afterwards the caller has no graph any more: "
        "work on a copy, or keep a list of your own."
    )
    def takes_emptied(takes):
        order = []
        while takes:
            ready = [n for n in takes if set(takes[n]) <= set(order)]
            if not ready:
                return []
            order.append(min(ready))
            del takes[order[-1]]
        return order
