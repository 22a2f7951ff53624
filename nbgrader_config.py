"""nbgrader's configuration: all of it is in autograder.nbgrader_plugin."""

from autograder.nbgrader_plugin import configure

configure(get_config())  # noqa: F821  (nbgrader puts get_config here)
