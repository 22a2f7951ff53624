"""Figures: their content, their alternative text, and how they reach a notebook."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from cnncourse import plots
from cnncourse.plots import diagrams, encoding, sliders, style

MAP = np.arange(12.0).reshape(3, 4)
EVERY_FIGURE = {
    "images": lambda alt: plots.images([MAP], alt=alt),
    "filters": lambda alt: plots.filters(np.ones((3, 3)), alt=alt),
    "feature_maps": lambda alt: plots.feature_maps(np.ones((4, 4, 3)), alt=alt),
    "matrix": lambda alt: plots.matrix(MAP, alt=alt),
    "matrices": lambda alt: plots.matrices({"a": MAP, "b": MAP}, alt=alt),
    "compare": lambda alt: plots.compare(MAP, MAP + 1, alt=alt),
    "curves": lambda alt: plots.curves({"loss": [2, 1]}, alt=alt),
    "lines": lambda alt: plots.lines([0, 1], {"y": [0, 1]}, alt=alt),
    "network": lambda alt: plots.network([("image", (8, 8, 1)), ("out", (10,))], alt=alt),
    "show": lambda alt: plots.show(plots.figure()[0], alt=alt),
}


class Shell:
    """Stands for a notebook's kernel: it counts its cells."""

    execution_count = 1


def pretend(monkeypatch, *modules):
    """Let modules believe that they are in a notebook; return its shell and what it was sent."""
    shell, sent = Shell(), []

    def display(data, metadata, **options):
        sent.append(("display", data, metadata))
        return SimpleNamespace(
            update=lambda data, raw, metadata: sent.append(("update", data, metadata))
        )

    for module in modules:
        monkeypatch.setattr(module, "notebook", lambda: shell)
        monkeypatch.setattr(module, "display_bundle", display)
    return SimpleNamespace(shell=shell, sent=sent)


@pytest.fixture
def notebook(monkeypatch):
    """A notebook as figures see it."""
    return pretend(monkeypatch, style, sliders)


def texts(ax):
    return [text.get_text() for text in ax.texts]


# --- all figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY_FIGURE)
def test_every_figure_carries_its_alternative_text(name):
    """Does the figure that comes back know what it shows?"""
    assert EVERY_FIGURE[name](" A picture. ").alt == "A picture."


@pytest.mark.parametrize("name", EVERY_FIGURE)
@pytest.mark.parametrize("alt", ["", "  ", None])
def test_no_figure_without_alternative_text(name, alt):
    """Is an empty text refused, with what to write?"""
    with pytest.raises(ValueError, match="say in alt="):
        EVERY_FIGURE[name](alt)


@pytest.mark.parametrize("name", EVERY_FIGURE)
def test_every_figure_fits_a_notebook(name):
    """Is it a PNG of at most 700 pixels, and small?"""
    content = encoding.png(EVERY_FIGURE[name]("x"))
    image = Image.open(io.BytesIO(content))
    assert image.width <= 710
    assert len(content) < 60_000


def test_drawing_leaves_the_readers_own_style_alone():
    """Are Matplotlib's settings after a figure those from before?"""
    import matplotlib

    before = dict(matplotlib.rcParams)
    plots.lines([0, 1], {"y": [0, 1]}, alt="x")
    assert dict(matplotlib.rcParams) == before


def test_the_style_can_be_taken_over():
    """Do the reader's own figures get the house's colours?"""
    import matplotlib

    with matplotlib.rc_context():
        plots.use_style()
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.COLOURS)


# --- in a notebook -------------------------------------------------------------------------------


def test_a_figure_is_shown_at_once_with_its_text(notebook):
    """Is it one output: HTML with the text, a PNG, its metadata, and the text for a console?"""
    plots.matrix([[1]], alt="One.")
    ((_, data, metadata),) = notebook.sent
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/html"].startswith('<img alt="One." ')
    assert f';base64,{data["image/png"]}"' in data["text/html"]
    assert data["text/plain"] == "One."
    assert metadata == {"image/png": {"alt": "One."}}


def test_a_figure_is_not_shown_twice_by_its_cell(notebook):
    """Does the figure, as its cell's last value, stay silent?"""
    fig = plots.matrix([[1]], alt="One.")
    fig._ipython_display_()
    assert len(notebook.sent) == 1


def test_a_figure_is_shown_again_in_another_cell(notebook):
    """Does naming it later show it?"""
    fig = plots.matrix([[1]], alt="One.")
    notebook.shell.execution_count += 1
    fig._ipython_display_()
    assert len(notebook.sent) == 2


def test_a_pyplot_figure_is_taken_from_pyplot(notebook):
    """Is it closed, so that the inline backend does not show it as well?"""
    from matplotlib import pyplot

    fig, _ = pyplot.subplots()
    plots.show(fig, alt="Empty axes.")
    assert not pyplot.fignum_exists(fig.number)
    assert len(notebook.sent) == 1


# --- images and matrices -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (np.zeros((5, 4, 4)), 5),
        (np.zeros((5, 4, 4, 1)), 5),
        (np.zeros((5, 4, 4, 3)), 5),
        (np.zeros((4, 4)), 1),
        (np.zeros((4, 4, 3)), 1),
        ([np.zeros((4, 4)), np.zeros((6, 8, 3))], 2),
    ],
)
def test_images_takes_lists_arrays_and_single_pictures(given, count):
    """Is there one panel per picture?"""
    assert len(plots.images(given, alt="x").axes) == count


@pytest.mark.parametrize(
    ("picture", "limits"),
    [
        (np.full((2, 2), 100, np.uint8), (0, 255)),
        (np.full((2, 2), 0.5), (0, 1)),
        (np.array([[-2.0, 6.0]]), (-2, 6)),
    ],
)
def test_black_and_white_mean_the_same_in_all_pictures(picture, limits):
    """Is the range that of the file type, of [0, 1], or of the values?"""
    assert plots.images([picture], alt="x").axes[0].images[0].get_clim() == limits


def test_pictures_of_different_kinds_keep_their_own_range():
    """Can a photograph stand beside a mask, and do two results share one range?"""
    photo, mask = np.full((2, 2), 200, np.uint8), np.eye(2, dtype=bool)
    axes = plots.images([photo, mask, MAP - 5, MAP + 5], alt="x").axes
    limits = [ax.images[0].get_clim() for ax in axes]
    assert limits == [(0, 255), (0, 1), (-5, 16), (-5, 16)]


def test_titles_must_fit_the_pictures():
    """Are both numbers said?"""
    with pytest.raises(ValueError, match="2 pictures but 1 titles"):
        plots.images([MAP, MAP], ["one"], alt="x")


@pytest.mark.parametrize("bad", [[np.zeros(4)], [np.zeros((2, 2, 5))], []])
def test_what_is_no_picture_is_refused(bad):
    """Is the shape named, or the absence?"""
    with pytest.raises(ValueError, match=r"A picture is|no picture"):
        plots.images(bad, alt="x")


def test_filters_are_coloured_around_zero():
    """Is zero white, whatever the weights?"""
    ax = plots.filters([[1.0, 0.0, -3.0]] * 3, alt="x").axes[0]
    assert ax.images[0].get_clim() == (-3, 3)


def test_filters_of_a_keras_kernel():
    """Is there a panel for each output channel, beside the colour bar?"""
    assert len(plots.filters(np.ones((3, 3, 2, 6)), alt="x").axes) == 6 + 1


def test_feature_maps_shows_the_first_channels():
    """Is their number limited?"""
    assert len(plots.feature_maps(np.ones((1, 4, 4, 20)), count=6, alt="x").axes) == 6


@pytest.mark.parametrize("shape", [(4, 4), (2, 4, 4, 3)])
def test_feature_maps_are_those_of_one_image(shape):
    """Is a batch, or a single map, refused with its shape?"""
    with pytest.raises(ValueError, match="of one image"):
        plots.feature_maps(np.ones(shape), alt="x")


def test_numbers_are_written_in_the_cells():
    """Are whole numbers whole, others with two digits, and a minus a minus?"""
    assert texts(plots.matrix([[1, -2]], alt="x").axes[0]) == ["1", "−2"]
    assert texts(plots.matrix([[0.5, 2.0]], alt="x").axes[0]) == ["0.50", "2.00"]
    assert texts(plots.matrix([[0.5]], fmt=".3f", alt="x").axes[0]) == ["0.500"]


def test_a_large_matrix_has_no_numbers():
    """Are cells too small to read left empty?"""
    assert texts(plots.matrix(np.ones((20, 20)), alt="x").axes[0]) == []


def test_a_window_is_framed():
    """Does the frame stand around rows 1–2 and columns 0–2?"""
    frame = plots.matrix(MAP, highlight=(1, 0, 2, 3), alt="x").axes[0].patches[0]
    assert (frame.get_xy(), frame.get_height(), frame.get_width()) == ((-0.5, 0.5), 2, 3)


def test_signs_stand_between_matrices():
    """Is there a sign before the second and the third?"""
    fig = plots.matrices({"a": MAP, "b": [[1]], "c": MAP}, signs=("∗", "="), alt="x")
    assert [texts(ax)[-1] for ax in fig.axes[1:]] == ["∗", "="]


def test_signs_must_fit_the_matrices():
    """Is it said how many are needed?"""
    with pytest.raises(ValueError, match="2 matrices need 1 signs"):
        plots.matrices({"a": MAP, "b": MAP}, signs=("∗", "="), alt="x")


def test_a_stack_of_matrices_is_refused():
    """Is it said to draw one slice?"""
    with pytest.raises(ValueError, match="3 axes; draw one slice"):
        plots.matrix(np.ones((2, 2, 2)), alt="x")


def test_compare_draws_the_difference():
    """Are the two, and their difference with its largest value, side by side?"""
    axes = plots.compare(MAP, MAP + np.array([0, 0, 0, 2.5]), alt="x").axes
    assert [ax.get_title() for ax in axes] == [
        "yours  3 × 4",
        "expected  3 × 4",
        "difference, at most 2.5",
    ]


@pytest.mark.parametrize("other", [MAP.T, MAP[0], np.ones((3, 4, 3))])
def test_compare_says_that_shapes_differ(other):
    """Is there a sentence where no difference can be drawn?"""
    axes = plots.compare(MAP, other, alt="x").axes
    assert "the shapes differ" in texts(axes[2])[0]


def test_compare_survives_what_is_not_a_number():
    """Does a result full of nan still come out as a picture?"""
    fig = plots.compare(np.full((3, 4), np.nan), MAP, alt="x")
    assert encoding.png(fig).startswith(b"\x89PNG")


# --- curves --------------------------------------------------------------------------------------


def labels(ax):
    return [line.get_label() for line in ax.lines]


def test_curves_of_a_history():
    """Is there a panel per metric, the loss first, training and validation in each?"""
    history = {"accuracy": [0.1], "val_accuracy": [0.2], "loss": [2.0], "val_loss": [2.1]}
    axes = plots.curves(SimpleNamespace(history=history), alt="x").axes
    assert [ax.get_title() for ax in axes] == ["loss", "accuracy"]
    assert labels(axes[0]) == ["training", "validation"]


def test_curves_of_several_runs_share_a_panel():
    """Is each run labelled?"""
    (ax,) = plots.curves({"plain": {"loss": [2, 1]}, "residual": {"loss": [1, 0]}}, alt="x").axes
    assert labels(ax) == ["plain training", "residual training"]


def test_several_seeds_become_a_mean_with_a_band():
    """Is the line the mean, and the band one standard deviation?"""
    (ax,) = plots.curves({"loss": [[1.0, 2.0], [3.0, 2.0]]}, alt="x").axes
    assert ax.lines[0].get_ydata().tolist() == [2.0, 2.0]
    band = ax.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (1.0, 3.0)
    assert "std of 2" in labels(ax)[0]


def test_an_empty_history_is_refused():
    """Is it said to train first?"""
    with pytest.raises(ValueError, match="at least one epoch"):
        plots.curves({}, alt="x")


def test_an_unknown_metric_is_refused():
    """Are the known ones named?"""
    with pytest.raises(ValueError, match="'f1' in the history; it holds loss"):
        plots.curves({"loss": [1]}, metrics=["f1"], alt="x")


# --- networks ------------------------------------------------------------------------------------


def test_boxes_are_to_scale():
    """Is a map of half the size drawn half as high, and twice the channels twice as wide?"""
    fig = plots.network([("a", (32, 32, 8)), ("b", (16, 16, 16))], alt="x")
    fronts = [np.ptp(patch.get_xy(), axis=0) for patch in fig.axes[0].patches[::3]]
    (wide_a, high_a), (wide_b, high_b) = fronts
    assert (high_a / high_b, wide_b / wide_a) == pytest.approx((2, 2))


def test_kinds_are_guessed_from_shapes():
    """Is a smaller map with the same channels pooling, and a vector dense?"""
    rows = [("x", (8, 8, 1)), ("c", (6, 6, 4)), ("p", (3, 3, 4)), ("d", (10,))]
    kinds = [box.kind for box in diagrams._from_rows(rows)]
    assert kinds == ["input", "convolution", "pooling", "dense"]


@pytest.mark.heavy
def test_equal_shapes_share_a_box():
    """Do two convolutions in a row become one box, named once?"""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", name="conv_1"),
            layers.Conv2D(4, 3, padding="same", name="conv_2"),
            layers.MaxPooling2D(2, name="pool"),
        ]
    )
    ax = plots.network(model, alt="x").axes[0]
    assert "conv × 2" in texts(ax)
    assert texts(ax)[-2:] == ["4×4\n×4", "pool"]


def test_a_deep_network_is_shortened():
    """Are there never more boxes than fit?"""
    rows = [(f"layer {k}", (64 - k, 64 - k, 8)) for k in range(40)]
    model = [diagrams._Box(name, shape, "other") for name, shape in rows]
    assert len(diagrams._shortened(model)) <= diagrams._MOST_BOXES


@pytest.mark.parametrize(("rows", "words"), [([], "no layer"), ([("a", (None, 3, 1))], "fixed")])
def test_what_cannot_be_drawn_is_refused(rows, words):
    """Is it said why?"""
    with pytest.raises(ValueError, match=words):
        plots.network(rows, alt="x")


# --- sliders -------------------------------------------------------------------------------------


def line(slope=1.0):
    return plots.lines([0, 1], {"y": [0, slope]}, alt=f"Slope {slope}.")


def test_without_a_kernel_the_picture_stands_alone(notebook):
    """Is it shown once, for the start values, with no slider?"""
    plots.interact(line, slope=(-2.0, 2.0))
    assert [(kind, data["text/plain"]) for kind, data, _ in notebook.sent] == [
        ("display", "Slope 1.0.")
    ]


def test_a_slider_changes_the_picture_in_place(notebook, monkeypatch):
    """Does moving it update the one picture, text included?"""
    import ipywidgets

    notebook.shell.kernel = object()
    monkeypatch.delenv("CNNCOURSE_BUDGET", raising=False)
    made = []
    real = ipywidgets.interactive.widget_from_abbrev
    monkeypatch.setattr(
        ipywidgets.interactive,
        "widget_from_abbrev",
        lambda *args, **kwargs: made.append(real(*args, **kwargs)) or made[-1],
    )
    plots.interact(line, slope=(-2.0, 2.0, 0.5))
    (slider,) = made
    assert (slider.min, slider.max, slider.value) == (-2.0, 2.0, 1.0)
    slider.value = -0.5
    assert [(kind, data["text/plain"]) for kind, data, _ in notebook.sent[1:]] == [
        ("display", "Slope 1.0."),
        ("update", "Slope -0.5."),
    ]
    assert notebook.sent[-1][1]["text/html"].startswith('<img alt="Slope -0.5." ')


def test_sliders_are_left_out_of_a_run_with_a_budget(notebook, monkeypatch):
    """Is there only the picture in continuous integration?"""
    notebook.shell.kernel = object()
    monkeypatch.setenv("CNNCOURSE_BUDGET", "smoke")
    plots.interact(line, slope=(-2.0, 2.0))
    assert len(notebook.sent) == 1


@pytest.mark.parametrize("wrong", [{"bend": (0, 1)}, {"start": (0, 1)}])
def test_a_slider_needs_a_parameter_with_a_start(wrong):
    """Is it said how to write the function?"""

    def draw(start, slope=1.0):
        return line(slope)

    with pytest.raises(ValueError, match=r"write def draw\("):
        plots.interact(draw, **wrong)


# --- live curves ---------------------------------------------------------------------------------


def train(callback, epochs=3):
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", jit_compile=False)
    x = np.ones((8, 2), "float32")
    model.fit(x, x[:, :1], epochs=epochs, verbose=0, callbacks=[callback])


@pytest.mark.heavy
def test_live_curves_end_as_one_finished_picture(monkeypatch):
    """Is there one display, updated in place, whose text gives the last values?"""
    from cnncourse.plots import live

    notebook = pretend(monkeypatch, style, sliders, live)
    monkeypatch.setattr(live, "_SECONDS_BETWEEN_PICTURES", -1.0)
    callback = plots.live_curve()
    train(callback)
    kinds = [kind for kind, _, _ in notebook.sent]
    assert kinds == ["display"] + ["update"] * (len(kinds) - 1)
    assert len(kinds) > 3
    last = notebook.sent[-1][1]["text/plain"]
    assert last.startswith("Learning curves after 3 of 3 epochs. loss ")


@pytest.mark.heavy
def test_live_curves_are_lines_of_text_in_a_terminal(capsys):
    """Is there one line per epoch, and the figure at the end?"""
    callback = plots.live_curve()
    train(callback)
    printed = capsys.readouterr().out.splitlines()
    assert [text.split("  ")[0] for text in printed] == [f"epoch {k}/3" for k in (1, 2, 3)]
    assert [ax.get_title() for ax in callback.figure.axes] == ["loss"]


@pytest.mark.heavy
def test_live_curves_start_anew_with_each_fit(capsys):
    """Does a second training not go on from the first?"""
    callback = plots.live_curve()
    train(callback)
    train(callback, epochs=2)
    capsys.readouterr()
    assert len(callback.values["loss"]) == 2


# --- tables and examples -------------------------------------------------------------------------


def test_a_table_escapes_html():
    """Is text from a reader shown, not run?"""
    assert "&lt;b&gt;" in plots.table(["x"], [["<b>"]])._repr_html_()


def test_a_table_needs_one_cell_a_heading():
    """Is the wrong row shown?"""
    with pytest.raises(ValueError, match="1 cells, but there are 2 headings"):
        plots.table(["a", "b"], [[1]])


def test_a_table_sets_its_footer_apart():
    """Is there a rule above the total?"""
    lines_of_text = str(plots.table(["a", "n"], [["x", 1200]], footer=["sum", 1200])).splitlines()
    assert lines_of_text == ["a        n", "x    1,200", "─" * 10, "sum  1,200"]
