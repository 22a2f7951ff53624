"""What is right in `kernel_memory`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class KernelMemory(Value):
    title = "What does the kernel remember?"
    difficulty = 1
    entries = dict.fromkeys(("in_order", "twice", "stale", "edited", "restarted"), "integer")
    criteria = (
        Criterion("in_order", 1, "run from top to bottom"),
        Criterion("twice", 1, "a cell run twice"),
        Criterion("stale", 1, "a cell run again, and one below it not"),
        Criterion("edited", 1, "a cell changed and run again"),
        Criterion("restarted", 1, "restarted, and all of it run"),
    )
    revisit = "The kernel remembers"

    as_dict = accepted(
        "a dictionary",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 90, "restarted": 60}',
    )
    as_call = accepted(
        "dict, some floats",
        source="dict(in_order=30.0, twice=40, stale=30, edited=90.0, restarted=60)",
    )
    computed = accepted(
        "computed",
        source="""{
    "in_order": (10 + 5) * 2,
    "twice": (10 + 5 + 5) * 2,
    "stale": (10 + 5) * 2,
    "edited": (10 + 5) * 3 * 2,
    "restarted": 10 * 3 * 2,
}""",
    )

    read_from_the_page = wrong(
        "You read the page: on it, cell 2 stands once. The kernel does what it is sent, each "
        "time it is sent.",
        change={"(10 + 5 + 5) * 2": "30"},
        of=computed,
    )
    result_follows = wrong(
        "You let `result` follow `total`, as a cell of a spreadsheet would. A name keeps its "
        "value until a cell that assigns to it is run.",
        change={'"stale": (10 + 5) * 2,': '"stale": 40,'},
        of=computed,
    )
    cell_one_run_again = wrong(
        "You let the changed cell start from 10. Cell 1 was not run again: what does `total` "
        "hold when the changed cell runs?",
        change={"(10 + 5) * 3 * 2": "60"},
        of=computed,
    )
    edit_ignored = wrong(
        "You ran the old cell 2 once more. The change counts from the moment the cell is run.",
        change={"(10 + 5) * 3 * 2": "40"},
        of=computed,
    )
    edited_not_run = wrong(
        "You left `result` as it was. The changed cell was run, and cell 3 after it.",
        change={"(10 + 5) * 3 * 2": "30"},
        of=computed,
    )
    memory_survives = wrong(
        "You let the kernel remember through a restart. A restart forgets everything; then the "
        "page, as it stands now, is run from the top.",
        change={"10 * 3 * 2": "90"},
        of=computed,
    )
    old_page_restarted = wrong(
        "After the restart you ran the page as it was before the change. What is run is what "
        "the page says now.",
        change={"10 * 3 * 2": "30"},
        of=computed,
    )
    total_for_result = wrong(
        "You gave `total`. The question is what `result` holds.",
        source='{"in_order": 15, "twice": 20, "stale": 20, "edited": 45, "restarted": 30}',
    )

    other_numbers = near_miss(
        "another number in every entry",
        source='{"in_order": 25, "twice": 35, "stale": 35, "edited": 75, "restarted": 45}',
        unlike=(
            read_from_the_page, result_follows, cell_one_run_again, edit_ignored, edited_not_run,
            memory_survives, old_page_restarted, total_for_result,
        ),
    )  # fmt: skip
