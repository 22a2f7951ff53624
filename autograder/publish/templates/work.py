"""Copy lessons to work/, where `git pull` changes nothing: python work.py [LESSON ...]."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GIVEN, WORK = HERE / "notebooks", HERE / "work"


def main(names: list[str]) -> None:
    """Copy the lessons that are named, or all; leave those alone that are there already."""
    known = sorted(path.name for path in GIVEN.iterdir() if path.is_dir())
    for name in names:
        if name not in known:
            sys.exit(f"There is no lesson {name!r}; there are: {', '.join(known)}.")
    for name in names or known:
        if (WORK / name).exists():
            print(f"work/{name} is there already and was left as it is.")
        else:
            shutil.copytree(GIVEN / name, WORK / name)
            print(f"work/{name} is yours: open work/{name}/{name}.ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
