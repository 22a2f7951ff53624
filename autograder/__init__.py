"""What instructors run: build the course's notebooks, measure its checks, grade a class safely.

The package is made of rooms. Each imports from the rooms below it and from `cnncourse`, never from
one above:

* `cli`: the command ``autograder``; a file per subcommand.
* `audit`, `demo`: how good the checks are, measured; the sample class that ``make demo`` grades.
* `grading`: a class. Submissions are read and repaired, run in sandboxes, judged, and recorded in
  nbgrader's gradebook.
* `build`: from an authored lesson to the executed solution, the student's notebook and the key.
* `lesson`, `exercise`: an authored lesson, read once; the classes that specify an exercise.
* `sandbox`: student code in isolated processes. It knows nothing of exercises.

`course` (where things lie) and `files` (how they are written) stand below all rooms. Nothing here
is imported by `cnncourse` or by a notebook; ``docs/design.md`` says why.
"""
