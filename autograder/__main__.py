"""Run the ``autograder`` command as a module."""

import sys

from autograder.cli import main

sys.exit(main())
