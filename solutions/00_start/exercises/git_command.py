"""What is right in `git_command`, and what students get wrong."""

from autograder.exercise import Choices


class GitCommand(Choices):
    title = "Which command?"
    difficulty = 1
    revisit = "Git: your work, and how to get it back"
    questions = {
        "s1": (
            "nothing on your machine yet",
            {"a": "pull", "b": "clone", "c": "switch", "d": "init"},
        ),
        "s2": (
            "a snapshot of what is staged",
            {"a": "push", "b": "status", "c": "commit", "d": "add"},
        ),
        "s3": (
            "try something daring",
            {"a": "switch --create", "b": "clone .", "c": "commit", "d": "merge"},
        ),
        "s4": ("bring it into main", {"a": "switch", "b": "pull", "c": "merge", "d": "revert"}),
        "s5": (
            "a file spoilt since the last commit",
            {"a": "revert HEAD", "b": "restore", "c": "pull", "d": "commit --all"},
        ),
        "s6": (
            "a wrong commit that others have",
            {"a": "revert HEAD", "b": "reset --hard", "c": "restore .", "d": "merge --abort"},
        ),
    }
    because = {
        "s1": {
            "a": "`pull` brings news into a copy that you have. You have none yet.",
            "c": "`switch` goes from branch to branch of a repository, and there is none here yet.",
            "d": "`init` starts an empty repository. The course, with its past, is on the server.",
        },
        "s2": {
            "a": "`push` sends commits to a server. There is no commit yet to send.",
            "b": "`status` only looks.",
            "d": "It is staged already; adding it again changes nothing, and takes no snapshot.",
        },
        "s3": {
            "b": "A second clone works, and costs you a second folder to keep in step. Inside one "
            "repository there is something lighter for this.",
            "c": "That commits on the branch you are on, which was to be left alone.",
            "d": "`merge` brings a branch in. First there must be one.",
        },
        "s4": {
            "a": "`switch` takes you back to the branch; `main` stays as it is.",
            "b": "`pull` fetches from another repository. The branch is in yours already.",
            "d": "`revert` takes a commit back. You want to bring some in.",
        },
        "s5": {
            "a": "`revert` takes back a commit. What spoilt the file was never committed.",
            "c": "`pull` fetches what others did. What you want lies in your own last commit.",
            "d": "That would take a snapshot of the spoilt file.",
        },
        "s6": {
            "b": "`reset --hard` changes the past. Whoever has the commit has another past than "
            "you from then on; and what you have not committed is lost, too.",
            "c": "`restore` brings files back to the last commit. That is the one that is wrong.",
            "d": "No merge is going on.",
        },
    }
