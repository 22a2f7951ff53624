"""What every test run sets before anything imports Keras."""

import os

# Lessons replay in their smallest budget; kernels that tests start inherit it.
os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")
