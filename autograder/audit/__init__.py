"""Measure how good the checks are, on right and wrong answers."""
