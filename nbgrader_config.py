"""nbgrader's configuration: all of it is in autograder.grading.nbgrader_plugin."""

from autograder.grading.nbgrader_plugin import configure

configure(get_config(), __file__)  # noqa: F821  (nbgrader puts get_config here)
