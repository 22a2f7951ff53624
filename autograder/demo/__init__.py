"""A sample class, made from the specifications, and its grading: what `make demo` shows."""
