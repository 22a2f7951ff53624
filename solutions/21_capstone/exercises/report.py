"""What is right in `report`, and what students get wrong."""

from autograder.exercise import Criterion, Written


class Report(Written):
    title = "The report"
    difficulty = 2
    criteria = (
        Criterion("design", 2, "what it is and costs, and two choices with their alternatives"),
        Criterion("evidence", 3, "split, tries, seeds, one comparison with its error"),
        Criterion("errors", 2, "two confusions, and what no network could mend"),
        Criterion("limits", 1, "an honest promise"),
    )
    rubric = {
        "design": "One point for the network with its two counts; one for two layers each set "
        "against an alternative of like cost ('separable saves parameters' alone is not an "
        "alternative).",
        "evidence": "One for a split by tile with the reason; one for naming how many designs and "
        "seeds were tried; one for a comparison with a difference and a standard error over the "
        "same seeds, or an honest statement that a single run was all there was and what it is "
        "worth.",
        "errors": "One for two confusions read off a table, with a guess that the patches support; "
        "one for a kind of patch that nobody could name (flat, blurred) or a check that there is "
        "none.",
        "limits": "A number below the best validation result with a reason (choosing, sample "
        "size), and that other photographs are outside the claim. A lower accuracy, well "
        "defended, earns full points here.",
    }
