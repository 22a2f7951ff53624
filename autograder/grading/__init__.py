"""Grading a class: submissions read and repaired, judged behind walls, recorded by one writer."""
