"""Make and grade a sample class from the specifications, for `make demo`."""
