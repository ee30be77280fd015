"""Record the tables in data/: what they are, their checksums, the codebook.

The book never runs this. A maintainer does, after editing a table under data/paper/ (no sources needed), or with
the folder of source files when one of them changed; every derived table is then computed anew.
"""

import sys

from bookpress.cli.record import main
from recording import PACKAGE

if __name__ == "__main__":
    sys.exit(main(PACKAGE))
