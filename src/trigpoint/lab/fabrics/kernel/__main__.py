"""``python -m trigpoint.lab.fabrics.kernel``: the lab's process; the fabric starts it, nobody else."""

import sys

from trigpoint.lab.fabrics.kernel.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
