"""What is right in `multi_head`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STEPS, softmax


class MultiHead(Function):
    title = "Find the bug"
    difficulty = 3
    criteria = (
        Criterion("one_head", 1, "one head: plain attention"),
        Criterion("heads", 3, "several heads"),
        Criterion("sizes", 1, "more keys than queries; one feature a head; float32"),
    )
    tolerance = STEPS
    rule = BY_HAND
    revisit = "Several heads"

    def probes(self, rng):
        def arguments(n, t, s, features, heads, dtype="float64"):
            shapes = ((n, t, features), (n, s, features), (n, s, features))
            return (*(1.5 * rng.normal(size=shape).astype(dtype) for shape in shapes), heads)

        yield Probe("one_head", "2 × 3 queries, 3 keys, one head of 4", arguments(2, 3, 3, 4, 1))
        yield Probe("heads", "2 tokens of 4 features, 2 heads", arguments(1, 2, 2, 4, 2))
        yield Probe("heads", "2 × 5 tokens of 6 features, 2 heads", arguments(2, 5, 5, 6, 2))
        yield Probe("heads", "4 tokens of 12 features, 3 heads", arguments(1, 4, 4, 12, 3))
        yield Probe("sizes", "3 queries, 5 keys, 2 heads of 4", arguments(2, 3, 5, 8, 2))
        yield Probe("sizes", "6 queries, 2 keys, 4 heads of 1", arguments(1, 6, 2, 4, 4))
        yield Probe("sizes", "float32, 4 heads of 4", arguments(2, 4, 6, 16, 4, "float32"))

    @accepted("head by head, with slices")
    def head_by_head(Q, K, V, heads):
        d = Q.shape[-1] // heads
        answers = []
        for j in range(heads):
            cut = slice(j * d, (j + 1) * d)
            scores = Q[..., cut] @ np.swapaxes(K[..., cut], 1, 2) / np.sqrt(d)
            answers.append(softmax(scores) @ V[..., cut])
        return np.concatenate(answers, axis=-1)

    @accepted("einsum with an axis of heads")
    def with_einsum(Q, K, V, heads):
        N, T, D = Q.shape
        q, k, v = (a.reshape(*a.shape[:2], heads, D // heads) for a in (Q, K, V))
        shares = softmax(np.einsum("nthd,nshd->nhts", q, k) * (D // heads) ** -0.5)
        return np.einsum("nhts,nshd->nthd", shares, v).reshape(N, T, D)

    @accepted("heads moved into the batch")
    def in_the_batch(Q, K, V, heads):
        def split(a):
            return np.concatenate(np.split(a, heads, axis=2), axis=0)

        q, k, v = split(Q), split(K), split(V)
        answers = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])) @ v
        return np.concatenate(np.split(answers, heads, axis=0), axis=2)

    still_reshaped = wrong(
        "The fault is still there: your reshape cuts the memory into pieces, so that a head gets "
        "whole tokens of a part of the sequence. It should get a part of every token.",
        change={
            "np.swapaxes(a.reshape(N, -1, heads, d), 1, 2)": "a.reshape(N, heads, -1, d)",
            "np.swapaxes(shares @ v, 1, 2)": "(shares @ v)",
        },
    )

    merged_in_memory_order = wrong(
        "You split rightly, and merge with a reshape alone: the axis of heads must come back "
        "beside the features first.",
        change={"np.swapaxes(shares @ v, 1, 2)": "(shares @ v)"},
    )

    root_of_all = wrong(
        "You divide by the root of all features. Each head compares slices of D/heads features.",
        change={"np.sqrt(d)": "np.sqrt(D)"},
    )

    interleaved = wrong(
        "Your heads take every heads-th feature. A head has neighbouring features: the first "
        "D/heads belong to head 0.",
        change={
            "np.swapaxes(a.reshape(N, -1, heads, d), 1, 2)": (
                "a.reshape(N, -1, d, heads).transpose(0, 3, 1, 2)"
            ),
            "np.swapaxes(shares @ v, 1, 2)": "(shares @ v).transpose(0, 2, 3, 1)",
        },
    )

    query_axis = wrong(
        "Your softmax runs over the queries of a head. The shares of a query add up to 1.",
        change={"np.sqrt(d)": "np.sqrt(d), axis=2"},
    )

    @wrong(
        "Your heads attend to each other within a token: scores compare heads. Each head compares "
        "tokens."
    )
    def heads_for_tokens(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        if K.shape[1] != T:
            return np.zeros_like(Q)
        q, k, v = (a.reshape(N, T, heads, d) for a in (Q, K, V))
        return (softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)) @ v).reshape(N, T, D)

    one_head = wrong(
        "You ignore `heads`: that is attention with a single head.",
        change={"d = D // heads": "heads, d = 1, D"},
    )

    @wrong("All your heads use the shares of the first one. Each has its own.")
    def first_shares(Q, K, V, heads):
        d = Q.shape[-1] // heads
        return softmax(Q[..., :d] @ np.swapaxes(K[..., :d], 1, 2) / np.sqrt(d)) @ V

    @wrong("You take the mean of the heads' shares. Each head works with its own slice of V alone.")
    def mean_of_shares(Q, K, V, heads):
        N, _, D = Q.shape
        d = D // heads
        q, k = (np.swapaxes(a.reshape(N, -1, heads, d), 1, 2) for a in (Q, K))
        return softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)).mean(axis=1) @ V

    no_root = wrong(
        "You do not divide by a root at all.",
        change={" / np.sqrt(d)": ""},
        revisit="Why √d",
    )
