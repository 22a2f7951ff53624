"""What is right in `namer`, and what students get wrong."""

from autograder.exercise import Criterion, Trained, accepted, wrong
from cnncourse import data


class Namer(Trained):
    title = "Beat it"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "names 45 % of new patches rightly"),
        Criterion("transfers", 3, "names 72 % of them rightly"),
    )
    thresholds = {"learns": 0.45, "transfers": 0.72}
    classes = 7
    shift = 0.25
    revisit = "A linear probe"

    def hidden(self, rng):
        _, (images, labels) = data.photo_patches(
            train=7, test=140, size=48, seed=int(rng.integers(1, 2**31))
        )
        return images.mean(axis=-1).round().astype("uint8"), labels

    probe = accepted(
        "the head of the lesson on features",
        source="""
        kernel, bias = fit_head(features(few_patches), few_sources, 7)
        def namer(images):
            return features(images) @ kernel + bias
        """,
    )
    keras_head = accepted(
        "a Keras head trained on the features, in a function",
        source="""
        keras.utils.set_random_seed(0)
        small_head = keras.Sequential([keras.Input((1280,)), layers.Dense(7)])
        small_head.compile(keras.optimizers.Adam(3e-3),
                           keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        small_head.fit(features(few_patches), few_sources, epochs=40, batch_size=7, verbose=0)
        namer = lambda patches: small_head(features(patches))
        """,
    )
    whole_model = accepted(
        "one model: sizes, scaling, frozen body, head",
        source="""
        kernel, bias = fit_head(features(few_patches), few_sources, 7)
        image = keras.Input((48, 48))
        x = layers.Reshape((48, 48, 1))(image)
        x = layers.Concatenate()([x, x, x])
        x = layers.Rescaling(1 / 127.5, offset=-1)(layers.Resizing(96, 96, antialias=True)(x))
        frozen = keras.Model(network().input, network().layers[-3].output)
        frozen.trainable = False
        head = layers.Dense(7)
        namer = keras.Model(image, head(frozen(x)))
        head.set_weights([kernel, bias])
        """,
    )
    nearest = accepted(
        "no training: the class whose mean feature is nearest in direction",
        source="""
        kept = features(few_patches)
        middle = kept.mean(axis=0)
        means = np.stack([kept[few_sources == k].mean(axis=0) - middle for k in range(7)])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        def namer(images):
            return (features(images) - middle) @ means.T
        """,
    )

    too_few = wrong(
        "Your network has learned, but not enough. Has the head seen all 35 patches, and are they "
        "features of the published weights that it has seen?",
        change={"few_patches": "few_patches[:25]", "few_sources": "few_sources[:25]"},
        symptom="falls_short",
    )
    never_fitted = wrong(
        "Your answers are hardly better than guesses. Has the head been fitted, and are the "
        "features made in the same way for the new patches as for the few?",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(3)
        head = keras.Sequential([keras.Input((1280,)), layers.Dense(7)])
        def namer(images):
            return head(features(images))
        """,
    )
    names_instead = wrong(
        "Your function gives no scores, one for each of the 7 kinds and each patch. If it "
        "chooses the best kind, leave that out; if it gives features, the head is missing.",
        change={
            "features(images) @ kernel + bias": "(features(images) @ kernel + bias).argmax(axis=1)"
        },
        symptom="no_scores",
    )
    divided_before = wrong(
        "Nearly all patches get the same name. `features` scales by itself: if you divide before "
        "it, every patch is nearly black to the network.",
        change={"features(images)": "features(images / 255)"},
        symptom="one_class",
    )
    shifted_labels = wrong(
        "Your network tells the kinds apart, but calls them by other names. Are your labels in the "
        "order of `few_sources`, 0 to 6?",
        change={"few_sources": "(few_sources + 1) % 7"},
        symptom="renamed_classes",
    )
