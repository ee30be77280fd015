"""What belongs to which sector under each definition. No data frames here: the command line starts without them."""

SECTORS = ["agriculture", "fuels and mining", "manufactures", "other"]

# Each definition lists, sector by sector, the SITC Rev. 4 codes that belong to it; the longest code that
# a division starts with decides, so "28" overrides "2". What no code covers is "other".
DEFINITIONS = {
    # World Trade Organization, agricultural products, fuels and mining products, manufactures.
    "wto": {
        "agriculture": ["0", "1", "2", "4"],
        "fuels and mining": ["27", "28", "3", "68"],
        "manufactures": ["5", "6", "7", "8"],
    },
    # UNCTAD product groups: all food items (0 + 1 + 22 + 4) stand for agriculture; agricultural raw
    # materials (2 less 22, 27 and 28) are left to "other".
    "unctad": {
        "agriculture": ["0", "1", "22", "4"],
        "fuels and mining": ["27", "28", "3", "68"],
        "manufactures": ["5", "6", "7", "8"],
    },
    # Whole one-digit sections, as a reader without two-digit figures would have to group them.
    "sections": {
        "agriculture": ["0", "1", "2", "4"],
        "fuels and mining": ["3"],
        "manufactures": ["5", "6", "7", "8"],
    },
    # Manufacturing as industrial statistics have it (ISIC Rev. 4, section C), in which food, wood, oil products and
    # metals are manufactured. A division goes where most of what is traded under it is made.
    "isic": {
        # Live animals, cereals (mostly unmilled), fruit and vegetables (mostly fresh), coffee, tea and cocoa (mostly
        # beans and leaves), oil seeds, textile fibres (mostly cotton and wool), other crude plants: grown or raised.
        "agriculture": ["00", "04", "05", "07", "22", "26", "29"],
        # Crude minerals, ores, coal, petroleum (crude outweighs refined; two digits cannot part them), gas: mined.
        "fuels and mining": ["27", "28", "32", "33", "34"],
        # Meat, dairy, fish (mostly frozen or filleted), sugar, feed, other food: classes 1010 to 1080. Drinks and
        # tobacco: 11 and 12. Raw hides: slaughterhouses, 1010. Rubber (mostly synthetic): 2013. Wood (mostly sawn or
        # chipped): 1610. Pulp: 1701. Fats and oils: 1040. Sections 5 to 8, metals among them. Refined gold: 2420.
        # Electric current (35) is section D, special transactions (93) are nobody's: other.
        "manufactures": [
            *["01", "02", "03", "06", "08", "09", "1", "21", "23", "24", "25", "4"],
            *["5", "6", "7", "8", "97"],
        ],
    },
}

# How far the two sides of a flow may differ before a partner's figures are called apart. CIF against FOB is worth
# about a tenth; goods that pass through a third port make up the rest.
MIRROR = (0.8, 1.25)


def known(definition: str) -> dict[str, str]:
    """Return the sector of every code that a definition lists.

    Raises
    ------
    ValueError
        If there is no such definition.
    """
    if definition not in DEFINITIONS:
        raise ValueError(f"no definition {definition!r}; expected one of: {', '.join(DEFINITIONS)}")
    return {code: name for name, codes in DEFINITIONS[definition].items() for code in codes}


def sector_of(division: str, definition: str = "wto") -> str:
    """Return the sector of one two-digit SITC Rev. 4 division: that of its longest listed code.

    Examples
    --------
    >>> [sector_of(division) for division in ("01", "28", "97")]
    ['agriculture', 'fuels and mining', 'other']
    """
    codes = known(definition)
    return codes.get(division, codes.get(division[0], "other"))
