"""What is right in `se_bill`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class SeBill(Value):
    title = "What the gates cost"
    difficulty = 2
    entries = dict.fromkeys(("slide", "reduced", "block", "resnet50", "work"), "integer")
    follows = {"block": "block - reduced", "work": "work - resnet50"}
    entry_criterion = {
        "slide": "one",
        "reduced": "one",
        "block": "one",
        "resnet50": "network",
        "work": "work",
    }
    criteria = (
        Criterion("one", 1, "one block of 512 channels, in three versions"),
        Criterion("network", 2, "all sixteen blocks of ResNet-50"),
        Criterion("work", 1, "their multiply-adds for one image"),
    )
    revisit = "What the slide leaves out"

    numbers = accepted(
        "numbers",
        source="""{"slide": 262144, "reduced": 32768, "block": 33312,
            "resnet50": 2530992, "work": 2514944}""",
    )
    arithmetic = accepted(
        "arithmetic",
        source="""{
            "slide": 512 * 512,
            "reduced": 2 * 512 * 32,
            "block": 512 * 32 + 32 + 32 * 512 + 512,
            "resnet50": sum(n * (c * c // 8 + c // 16 + c)
                            for n, c in [(3, 256), (4, 512), (6, 1024), (3, 2048)]),
            "work": sum(n * c * c // 8 for n, c in [(3, 256), (4, 512), (6, 1024), (3, 2048)]),
        }""",
    )
    by_numpy = accepted(
        "summed over stages in NumPy",
        source="""(lambda n, c: {
            "slide": np.int64(512) ** 2,
            "reduced": np.int64(2 * 512 * 32),
            "block": np.int64(2 * 512 * 32 + 544),
            "resnet50": (n * (2 * c * (c // 16) + c // 16 + c)).sum(),
            "work": (n * 2 * c * (c // 16)).sum(),
        })(np.array([3, 4, 6, 3]), np.array([256, 512, 1024, 2048]))""",
    )
    by_keras = accepted(
        "counted by Keras",
        source="""(lambda gates, count: {
            "slide": keras.Sequential([keras.Input((512,)),
                                       layers.Dense(512, use_bias=False)]).count_params(),
            "reduced": gates(512).count_params() - 544,
            "block": gates(512).count_params(),
            "resnet50": sum(n * gates(c).count_params() for c, n in count.items()),
            "work": sum(n * (gates(c).count_params() - c - c // 16) for c, n in count.items()),
        })(lambda c: keras.Sequential([keras.Input((c,)), layers.Dense(c // 16), layers.Dense(c)]),
           {256: 3, 512: 4, 1024: 6, 2048: 3})""",
    )
    one_matrix = wrong(
        "Your `reduced` counts one of the two dense layers: down from 512 and up again are two "
        "matrices.",
        change={"32768": "16384"},
        of=numbers,
    )
    without_biases = wrong(
        "You left the biases out of `block` or `resnet50`. Each of the two dense layers has a "
        "bias for each of its units.",
        change={"33312": "32768", "2530992": "2514944"},
        of=numbers,
    )
    biases_as_work = wrong(
        "Your `work` counts the biases. They are added, not multiplied; papers leave them out.",
        change={"2514944": "2530992"},
        of=numbers,
    )
    at_every_place = wrong(
        "Your `work` uses the gates' weights at every place of the map. They see squeezed "
        "vectors: how many places has a vector?",
        change={"2514944": "411041792"},
        of=numbers,
    )
    narrow_channels = wrong(
        "You took the width of the 3×3 convolution, 64 to 512. The gates stand behind the last "
        "1×1 convolution, where a bottleneck is four times as wide.",
        change={"2530992": "161196", "2514944": "157184"},
        of=numbers,
    )
    one_block_a_stage = wrong(
        "You counted one block a stage. ResNet-50 has 3, 4, 6 and 3 of them, and each has its own "
        "gates.",
        change={"2530992": "700400", "2514944": "696320"},
        of=numbers,
    )
    slide_with_bias = wrong(
        "You gave the slide's layer a bias. Its code says `use_bias=False`.",
        change={"262144": "262656"},
        of=numbers,
    )
