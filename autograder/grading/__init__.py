"""Grade a class: read and repair submissions, judge them in a sandbox, record the results."""
