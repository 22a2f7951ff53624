"""What is right in `my_model`, and what students get wrong."""

from autograder.exercise import Criterion, Trained, accepted, wrong
from cnncourse import data


class MyModel(Trained):
    title = "Your own network"
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "reads 75 % of digits it has not seen"),
        Criterion("reads", 2, "reads 87 % of them"),
        Criterion("parameters", 1, "at most 60,000 parameters"),
    )
    thresholds = {"learns": 0.75, "reads": 0.87}
    max_parameters = 60_000
    scale = 1 / 255
    shift = 0.5
    revisit = "Five steps"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        return images[chosen], labels[chosen]

    sequential = accepted(
        "a stack, as in the lesson",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        my_model.fit(x_train / 255, y_train, epochs=8, verbose=0)
        """,
    )
    one_hot = accepted(
        "labels as rows of zeros and a one, two hidden layers, added one by one",
        source="""
        keras.utils.set_random_seed(1)
        my_model = keras.Sequential()
        my_model.add(keras.Input(shape=(28, 28)))
        my_model.add(keras.layers.Flatten())
        my_model.add(keras.layers.Dense(60, activation="relu"))
        my_model.add(keras.layers.Dense(40, activation="relu"))
        my_model.add(keras.layers.Dense(10, activation="softmax"))
        my_model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        my_model.fit(x_train / 255.0, np.eye(10)[y_train], epochs=10, verbose=0)
        """,
    )
    raw_scores = accepted(
        "ten raw scores, scaled by a function of one's own, some images set aside",
        source="""
        keras.utils.set_random_seed(2)
        def ready(images):
            return images.astype("float32") / 255
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Reshape((784,)),
            keras.layers.Dense(70, activation="tanh"),
            keras.layers.Dense(10),
        ])
        my_model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        my_model.fit(ready(x_train), y_train, epochs=10, validation_split=0.1, verbose=0)
        """,
    )

    never_fitted = wrong(
        "Your network answers as if it had learned nothing. Defined and compiled it is; was the "
        "third step run, and with the right labels?",
        change={"my_model.fit(x_train / 255, y_train, epochs=8, verbose=0)": ""},
        of=sequential,
        symptom="untrained",
    )
    not_flattened = wrong(
        "What is called `my_model` does not give ten numbers an image. If it is a network, print "
        "`my_model.output_shape`: a Dense layer works on the last axis alone. What lays the "
        "pixels of an image out in one row?",
        change={
            "keras.layers.Flatten(),": "",
            "my_model.fit(x_train / 255, y_train, epochs=8, verbose=0)": "",
        },
        of=sequential,
        symptom="no_scores",
    )
    too_little = wrong(
        "Your network has learned something, but not enough. Has it seen all learning images, "
        "scaled to 0 … 1, and often enough? The lesson's curve shows how many epochs that takes.",
        change={"x_train / 255, y_train": "x_train[:200] / 255, y_train[:200]"},
        of=sequential,
        symptom="falls_short",
    )
    too_large = wrong(
        "Your network reads well, and is larger than allowed. Which layer holds most of its "
        "parameters? `my_model.summary()` lists them.",
        change={'(64, activation="relu")': '(128, activation="relu")'},
        of=sequential,
        symptom="too_large",
    )
    inverted = wrong(
        "Your network has learned from images with paper and ink swapped, and is asked with the "
        "others.",
        change={"x_train / 255": "1 - x_train / 255"},
        of=sequential,
        revisit="Asked the wrong way",
        symptom="inverted",
    )
    one_answer = wrong(
        "Your network gives nearly all images the same answer. The optimizer may take steps that "
        'are far too large: what happens with "adam" as it is?',
        change={'"adam"': "keras.optimizers.Adam(3.0)", "epochs=8": "epochs=2"},
        of=sequential,
        symptom="one_class",
    )
