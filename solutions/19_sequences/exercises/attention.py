"""What is right in `attention`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import BY_HAND, STEPS, softmax


class ScaledAttention(Function):
    title = "Scaled dot-product attention"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("answers", 2, "one query, one feature: nothing to scale"),
        Criterion("shares", 2, "several queries and features"),
        Criterion("sizes", 1, "extreme scores, float32"),
    )
    tolerance = STEPS
    rule = BY_HAND
    habit = Rule(
        forbid=("for", "while"),
        reason="That is right; one product of matrices compares all queries with all keys.",
    )
    revisit = "Attention: look back instead of remembering"

    def probes(self, rng):
        def arguments(n, t, s, d, m, dtype="float64", size=1.0):
            shapes = ((n, t, d), (n, s, d), (n, s, m))
            return tuple((size * rng.normal(size=shape)).astype(dtype) for shape in shapes)

        yield Probe("answers", "one query, 3 keys of one feature", arguments(1, 1, 3, 1, 1))
        yield Probe("answers", "3 × one query, 4 keys of one feature", arguments(3, 1, 4, 1, 2))
        by_hand = (
            np.array([[[2.0, 2, 0, 0]]]),
            np.array([[[1.0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]]]),
            np.array([[[10.0], [0], [5]]]),
        )
        yield Probe("shares", "the query of the lesson", by_hand)
        yield Probe("shares", "2 × 3 queries, 5 keys, d = 4", arguments(2, 3, 5, 4, 2))
        yield Probe("shares", "4 queries, 4 keys, d = 9, m = 4", arguments(1, 4, 4, 9, 4))
        yield Probe("shares", "3 × 5 queries, 2 keys, d = 2", arguments(3, 5, 2, 2, 3))
        yield Probe("sizes", "scores of some thousand", arguments(2, 3, 4, 5, 2, size=40.0))
        yield Probe("sizes", "float32, 16 features", arguments(2, 4, 6, 16, 3, "float32"))
        yield Probe("sizes", "one key", arguments(2, 3, 1, 4, 2))

    @accepted("einsum")
    def with_einsum(Q, K, V):
        scores = np.einsum("ntd,nsd->nts", Q, K) * Q.shape[2] ** -0.5
        e = np.exp(scores - scores.max(axis=2, keepdims=True))
        shares = e / e.sum(axis=2, keepdims=True)
        return np.einsum("nts,nsm->ntm", shares, V), shares

    @accepted("query by query")
    def loops(Q, K, V):
        N, T, d = Q.shape
        answers = np.zeros((N, T, V.shape[2]), V.dtype)
        shares = np.zeros((N, T, K.shape[1]), Q.dtype)
        for n in range(N):
            for t in range(T):
                shares[n, t] = softmax(np.array([Q[n, t] @ k for k in K[n]]) / d**0.5)
                answers[n, t] = sum(a * v for a, v in zip(shares[n, t], V[n]))
        return answers, shares

    @accepted("the query divided first, log-sum-exp")
    def scaled_first(Q, K, V):
        z = (Q / np.sqrt(np.array(Q.shape[-1], Q.dtype))) @ K.transpose(0, 2, 1)
        shares = np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
        return np.matmul(shares, V), shares

    @accepted("the query scaled first by a NumPy root, which promotes float32 to float64")
    def promoted(Q, K, V):
        scale = 1 / np.sqrt(Q.shape[-1])
        shares = softmax((Q * scale) @ np.swapaxes(K, -1, -2))
        return shares @ V, shares

    no_root = wrong(
        "You do not divide by √d. With many features softmax becomes all or nothing.",
        change={" / np.sqrt(Q.shape[-1])": ""},
        revisit="Why √d",
    )

    divided_by_d = wrong(
        "You divide by d. The spread of the dot product grows with its root.",
        change={"np.sqrt(Q.shape[-1])": "Q.shape[-1]"},
        revisit="Why √d",
    )

    multiplied = wrong(
        "You multiply by √d. The scores are too spread already, and must be brought together.",
        change={"/ np.sqrt": "* np.sqrt"},
        revisit="Why √d",
    )

    query_axis = wrong(
        "Your softmax runs over the queries. The shares of one query must add up to 1, over the "
        "keys.",
        change={"axis=-1": "axis=1"},
    )

    whole_matrix = wrong(
        "Your softmax runs over all queries and keys together. Each query has its own shares.",
        change={"axis=-1": "axis=(1, 2)"},
    )

    batch_axis = wrong(
        "Your softmax runs over the sequences of the batch: they have nothing to do with each "
        "other.",
        change={"axis=-1": "axis=0"},
    )

    root_of_keys = wrong(
        "You divide by the root of the number of keys. It is the number of features, d.",
        change={"Q.shape[-1]": "K.shape[1]"},
    )

    divided_after = wrong(
        "You divide the shares by √d, after the softmax: they no longer add up to 1.",
        change={
            " / np.sqrt(Q.shape[-1])": "",
            "softmax(scores, axis=-1)": "softmax(scores, axis=-1) / np.sqrt(Q.shape[-1])",
        },
    )

    no_softmax = wrong(
        "There is no softmax in your shares: they are the scores themselves.",
        change={"softmax(scores, axis=-1)": "scores"},
    )

    returned_swapped = wrong(
        "You return the shares first. The answers come first.",
        change={"shares @ V, shares": "shares, shares @ V"},
    )

    returns_scores = wrong(
        "You return the scores. The shares, after the softmax, are asked for.",
        change={"shares @ V, shares": "shares @ V, scores"},
    )

    @wrong(
        "Your softmax overflows: exp of a large score is infinite, and the share is nan. Take the "
        "largest score of each row away first, as the lesson's `softmax` does."
    )
    def overflows(Q, K, V):
        with np.errstate(all="ignore"):
            e = np.exp(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]))
            shares = e / e.sum(axis=-1, keepdims=True)
        return shares @ V, shares

    root_of_values = wrong(
        "You divide by the root of the width of the values. It is that of the keys, d.",
        change={"Q.shape[-1]": "V.shape[-1]"},
    )

    everything = wrong(
        "You divide by one sum for the whole batch. The shares of each query add up to 1, over its "
        "keys.",
        change={"axis=-1": "axis=(0, 1, 2)"},
    )

    @wrong(
        "You divide by one sum for the whole batch, of exponentials that overflow. The shares of "
        "each query add up to 1, over its keys."
    )
    def everything_raw(Q, K, V):
        with np.errstate(all="ignore"):
            e = np.exp(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]))
            shares = e / e.sum()
        return shares @ V, shares
