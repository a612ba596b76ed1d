"""`python -m harness.handbook` writes the generated pages; with `--check` it names those that are not fresh."""

import sys

from harness.handbook.pages import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
