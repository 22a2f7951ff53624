"""What is right in `causal_attention`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STEPS, softmax


class CausalAttention(Function):
    title = "Causal self-attention"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("first", 1, "one token and two tokens"),
        Criterion("hidden", 2, "no token sees a later one; shares add up to 1"),
        Criterion("sizes", 1, "extreme scores, float32"),
    )
    tolerance = STEPS
    rule = BY_HAND
    revisit = "Hiding the future"

    def probes(self, rng):
        def arguments(n, t, d, m, dtype="float64", size=1.0):
            shapes = ((n, t, d), (n, t, d), (n, t, m))
            return tuple((size * rng.normal(size=shape)).astype(dtype) for shape in shapes)

        yield Probe("first", "one token", arguments(2, 1, 3, 2))
        yield Probe("first", "two tokens", arguments(1, 2, 3, 2))
        yield Probe("hidden", "2 × 5 tokens, d = 4", arguments(2, 5, 4, 3))
        yield Probe("hidden", "7 tokens, d = 2", arguments(1, 7, 2, 2))
        yield Probe("hidden", "4 tokens, d = m = 4", arguments(3, 4, 4, 4))
        yield Probe("sizes", "scores of some thousand", arguments(2, 4, 5, 2, size=40.0))
        yield Probe("sizes", "float32, 16 features", arguments(2, 6, 16, 3, "float32"))

    @accepted("token by token, with the past alone")
    def past_alone(Q, K, V):
        N, T, d = Q.shape
        answers, shares = np.zeros_like(V), np.zeros((N, T, T), Q.dtype)
        for t in range(T):
            past = K[:, : t + 1]
            shares[:, t, : t + 1] = softmax(np.einsum("nd,nsd->ns", Q[:, t], past) / np.sqrt(d))
            answers[:, t] = np.einsum("ns,nsm->nm", shares[:, t, : t + 1], V[:, : t + 1])
        return answers, shares

    @accepted("a triangle of −∞ added")
    def added(Q, K, V):
        T, d = Q.shape[1:]
        mask = np.triu(np.full((T, T), -np.inf, Q.dtype), k=1)
        shares = softmax(Q @ K.transpose(0, 2, 1) / np.sqrt(d).astype(Q.dtype) + mask)
        return shares @ V, shares

    @accepted("exponentials set to zero, then divided")
    def exponentials(Q, K, V):
        T, d = Q.shape[1:]
        scores = np.einsum("ntd,nsd->nts", Q, K) / np.sqrt(d)
        visible = np.tri(T)
        largest = np.where(visible == 1, scores, -np.inf).max(axis=2, keepdims=True)
        e = np.exp(np.minimum(scores - largest, 0)) * visible
        shares = (e / e.sum(axis=2, keepdims=True)).astype(Q.dtype)
        return shares @ V, shares

    @accepted("the keys scaled first by a NumPy root, which promotes float32 to float64")
    def promoted(Q, K, V):
        scores = Q @ np.swapaxes(K / np.sqrt(K.shape[-1]), 1, 2)
        shares = softmax(np.where(np.tri(Q.shape[1], dtype=bool), scores, -np.inf))
        return shares @ V, shares

    inverse = wrong(
        "Your mask is the wrong way round: each token sees itself and the *future*. The first "
        "token should see only itself.",
        change={"np.tri(Q.shape[1], dtype=bool)": "np.tri(Q.shape[1], dtype=bool).T"},
    )

    complement = wrong(
        "You hide the visible keys and show the hidden ones: only the future is left, and for the "
        "last token nothing at all.",
        change={"np.where(visible, scores, -np.inf)": "np.where(visible, -1e9, scores)"},
    )

    diagonal_hidden = wrong(
        "Your tokens do not see themselves: the diagonal is hidden, too. It belongs to what is "
        "visible.",
        change={"dtype=bool": "k=-1, dtype=bool", "-np.inf": "-1e9"},
    )

    after_softmax = wrong(
        "You hide after the softmax: your shares do not add up to 1, and they still depend on the "
        "hidden scores.",
        change={
            "softmax(np.where(visible, scores, -np.inf), axis=-1)": "softmax(scores) * visible"
        },
    )

    zero_score = wrong(
        "You set hidden scores to 0. exp(0) is 1: a hidden key still gets a share, often a large "
        "one.",
        change={"-np.inf": "0"},
    )

    not_masked = wrong(
        "Nothing is hidden: each token sees all.",
        change={"np.where(visible, scores, -np.inf)": "scores"},
    )

    one_ahead = wrong(
        "Each token sees one token of the future: your triangle is one diagonal too wide.",
        change={"dtype=bool": "k=1, dtype=bool"},
    )

    no_root = wrong(
        "You do not divide by √d.",
        change={" / np.sqrt(Q.shape[-1])": ""},
        revisit="Why √d",
    )

    query_axis = wrong(
        "Your softmax runs over the queries. The shares of one query must add up to 1, over the "
        "keys that it sees.",
        change={"axis=-1": "axis=1"},
    )

    hidden_weakly = wrong(
        "You subtract a small number from hidden scores. A large score survives that; only −∞, or "
        "something as good, hides it.",
        change={"-np.inf": "scores - 10"},
    )

    @wrong(
        "You take softmax over all keys, hide, and divide by what is left. On paper that is the "
        "same. But where a hidden score is much larger, all visible shares are rounded to 0, and "
        "you divide 0 by 0. Hide first."
    )
    def divided_again(Q, K, V):
        shares = np.tril(softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])))
        with np.errstate(all="ignore"):
            shares = shares / shares.sum(axis=-1, keepdims=True)
        return shares @ V, shares

    @wrong(
        "You multiply scores or a mask by infinity: 0 · ∞ is nan, and a negative score turns −∞ "
        "into +∞. Replace the hidden scores, do not multiply them."
    )
    def multiplied_by_infinity(Q, K, V):
        with np.errstate(all="ignore"):
            hidden = (1 - np.tri(Q.shape[1], dtype=Q.dtype)) * -np.inf
            shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]) + hidden)
        return shares @ V, shares
