"""The proof that the checks are good: measured, not believed."""
