"""The demo as an account begins: no hall, and an operator approves each one that comes. A process of its own, as
`python -m tests.journeys.empty_demo PORT`."""

import sys

from demo import run

if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), "127.0.0.1", approval=True, seeded=False))
