"""How data/ is written: what each table is, where it comes from, under which rights. `make data` runs it."""

import sys

from bookpress.claims import columns
from bookpress.cli.record import main
from bookpress.tables import column
from bookpress.tables.records import Package, Table

LICENSES = {
    "public-domain": {
        "name": "public-domain",
        "title": "Public domain",
        "description": "Works of the government of the United States are not under copyright there; facts.",
    },
    "quoted": {
        "name": "quoted-facts",
        "title": "Quoted facts",
        "description": "Statements of the work under review, paraphrased; tests and verdicts are this paper's own.",
    },
}

PACKAGE = Package(
    name="reproducible-paper-tables",
    title="Tables behind the paper",
    description="Every figure that the chapters compute from, one observation a row.",
    note="Distances are mean distances from the Sun, half the long axis of the orbit.",
    licenses=LICENSES,
    tables=[
        Table(
            name="planets",
            path="planets.csv",
            title="The planets",
            description="Distance from the Sun and time of revolution of the eight planets.",
            fields=[
                column("planet", "string", "name", required=True, unique=True),
                column(
                    "distance_gm", "number", "semi-major axis, million kilometres", required=True, minimum=0
                ),
                column(
                    "period_days", "number", "sidereal period of revolution, days", required=True, minimum=0
                ),
            ],
            key=["planet"],
            sources=[
                {
                    "title": "NASA planetary fact sheets",
                    "path": "https://nssdc.gsfc.nasa.gov/planetary/factsheet/",
                }
            ],
            license="public-domain",
            citation="Williams, D. R., Planetary Fact Sheets, NASA Space Science Data Coordinated Archive.",
            retrieval="typed from the sheets of the single planets.",
        ),
        Table(
            name="claims",
            path="claims.csv",
            title="Claim ledger",
            description="Every claim: our paraphrase, its place and kind, what would count for and against it, the recorded verdict.",
            fields=columns.ledger(sections=["1"], kinds=["law"]),
            key=["id"],
            sources=[{"title": "the work under review"}],
            license="quoted",
            citation="Kepler, J. (1619), Harmonices mundi, book V, chapter 3, paraphrased.",
            retrieval="read from the text.",
        ),
    ],
)

if __name__ == "__main__":
    sys.exit(main(PACKAGE))
